import CommandLineKit
import Fleet
import MQTT

/// The devices of one worker, under a Locust master.
final class WorkerDevices: WorkerFleet {
    /// How far a test is.
    private enum Stage {
        case idle
        /// What it needs before its first device is found out; then so many are to run.
        case preparing(WorkerPreparation, count: Int, rate: Double?)
        case running(WorkerTest)
    }

    /// What each test begins with; its devices are those of all workers.
    private let settings: SimulationSettings
    private let shard: WorkerShard?
    private let workers: Int
    private let platform: FleetPlatform?
    /// This worker's devices, and which part of all they are.
    private var own: (devices: Fleet.DeviceList, part: WorkerShard)?
    /// When the master took it.
    private var joined = MonotonicTime.now
    private var stage = Stage.idle
    /// What was done in a test that is over.
    private var rest = FleetRecord()

    /// - Parameters:
    ///   - shard: this worker's part of the devices; without it, the master's number for it says which part.
    ///   - workers: how many parts there are then.
    ///   - platform: nil where the worker has no login.
    init(_ settings: SimulationSettings, shard: WorkerShard?, workers: Int, platform: FleetPlatform?) {
        (self.settings, self.shard, self.workers, self.platform) = (settings, shard, workers, platform)
    }

    /// How many devices this worker has; 0 until it has joined.
    var count: Int { own?.devices.names.count ?? 0 }

    func joined(as index: Int) throws(FleetError) {
        let part = shard ?? WorkerShard(index, of: workers)
        guard part.index < part.count else {
            throw FleetError(
                .tooManyWorkers,
                "the master has had \(index) workers before this one, and there are parts for \(part.count)",
                hint: "say how many there are with --expect-workers, or which part is this one's with --shard")
        }
        guard let devices = settings.devices.shard(part.index, of: part.count) else {
            throw FleetError(
                .invalidList,
                "of \(settings.devices.names.count) devices, there are none for part \(part.index)/\(part.count)")
        }
        own = (devices, part)
        joined = .now
    }

    func run(_ count: Int, _ options: SpawnOptions) throws(FleetError) -> Int {
        guard let own else { return 0 }
        let target = min(count, own.devices.names.count)
        do {
            let order = WorkerSettings(options)
            let rate = try order.rate(of: target)
            switch stage {
            case .idle:
                let preparation = try WorkerPreparation(
                    order, settings, own: own.devices, part: own.part, joined: joined, platform: platform)
                stage = .preparing(preparation, count: target, rate: rate)
            case .preparing(let preparation, _, _): stage = .preparing(preparation, count: target, rate: rate)
            case .running(let test): test.run(target, rate: rate)
            }
        } catch {
            throw Self.refusal(error)
        }
        return target
    }

    func hasReached() throws(FleetError) -> Bool {
        guard case .preparing(let preparation, let count, let rate) = stage else { return true }
        guard preparation.isFinished else { return false }
        stage = .idle
        do {
            let test = try WorkerTest(preparation.take())
            test.run(count, rate: rate)
            stage = .running(test)
        } catch {
            throw Self.refusal(error)
        }
        return true
    }

    /// Why the master's order cannot be done.
    private static func refusal(_ error: any Error) -> FleetError {
        if let error = error as? UsageError { return FleetError(.invalidOrder, error.message, hint: error.hint) }
        let failure = Failure(error)
        return FleetError(.invalidOrder, failure.message, hint: failure.hint)
    }

    var running: Int { if case .running(let test) = stage { test.running } else { 0 } }

    func stop() {
        switch stage {
        case .idle: break
        case .preparing(let preparation, _, _):
            preparation.abandon()
            stage = .idle
        case .running(let test): test.stop()
        }
    }

    func hasStopped() -> Bool {
        guard case .running(let test) = stage else { return true }
        guard test.hasStopped() else { return false }
        rest.add(test.takeRecord())
        stage = .idle
        return true
    }

    func takeRecord() -> FleetRecord {
        defer { rest.reset() }
        if case .running(let test) = stage { rest.add(test.takeRecord()) }
        return rest
    }
}
