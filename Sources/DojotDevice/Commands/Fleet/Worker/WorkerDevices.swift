import CommandLineKit
import Fleet

/// The devices of one worker, under a Locust master.
final class WorkerDevices: WorkerFleet {
    /// What each test begins with; its devices are those of all workers.
    private let settings: SimulationSettings
    private let shard: WorkerShard?
    private let workers: Int
    private let platform: FleetPlatform?
    /// This worker's devices, and which part of all they are.
    private var own: (devices: Fleet.DeviceList, part: WorkerShard)?
    private var test: WorkerTest?
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
    }

    func run(_ count: Int, _ options: SpawnOptions) throws(FleetError) -> Int {
        do {
            guard let own else { return 0 }
            let order = WorkerSettings(options)
            let target = min(count, own.devices.names.count)
            let rate = try order.rate(of: target)
            let test = try test ?? WorkerTest(order, settings, own: own.devices, part: own.part, platform: platform)
            self.test = test
            test.run(target, rate: rate)
            return target
        } catch let error as UsageError {
            throw FleetError(.invalidOrder, error.message, hint: error.hint)
        } catch {
            let failure = Failure(error)
            throw FleetError(.invalidOrder, failure.message, hint: failure.hint)
        }
    }

    var running: Int { test?.running ?? 0 }

    func stop() { test?.stop() }

    func hasStopped() -> Bool {
        guard let test else { return true }
        guard test.hasStopped() else { return false }
        rest.add(test.takeRecord())
        self.test = nil
        return true
    }

    func takeRecord() -> FleetRecord {
        defer { rest.reset() }
        if let test { rest.add(test.takeRecord()) }
        return rest
    }
}
