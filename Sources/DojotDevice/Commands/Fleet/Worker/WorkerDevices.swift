import CommandLineKit
import Fleet
import MQTT

/// The devices of one worker, under a Locust master.
final class WorkerDevices: WorkerFleet {
    /// How long publications that are on their way are waited for, in seconds.
    private static let patience = 10.0

    /// What each test begins with; its devices are those of all workers.
    private let settings: SimulationSettings
    private let shard: WorkerShard?
    private let workers: Int
    /// This worker's devices.
    private var own: Fleet.DeviceList?
    private var fleet: SimulatedFleet?
    private var stopLimit: MonotonicTime?
    /// What was done by a fleet that is no more.
    private var rest = FleetRecord()

    /// - Parameters:
    ///   - shard: this worker's part of the devices; without it, the master's number for it says which part.
    ///   - workers: how many parts there are then.
    init(_ settings: SimulationSettings, shard: WorkerShard?, workers: Int) {
        (self.settings, self.shard, self.workers) = (settings, shard, workers)
    }

    /// How many devices this worker has; 0 until it has joined.
    var count: Int { own?.names.count ?? 0 }

    func joined(as index: Int) throws(FleetError) {
        let (part, parts) = (shard?.index ?? index, shard?.count ?? workers)
        guard part < parts else {
            throw FleetError(
                .tooManyWorkers,
                "the master has had \(index) workers before this one, and there are parts for \(parts)",
                hint: "say how many there are with --expect-workers, or which part is this one's with --shard")
        }
        guard let devices = settings.devices.shard(part, of: parts) else {
            throw FleetError(
                .invalidList, "of \(settings.devices.names.count) devices, there are none for part \(part)/\(parts)")
        }
        own = devices
    }

    func run(_ count: Int, _ options: SpawnOptions) throws(FleetError) -> Int {
        do {
            guard let own else { return 0 }
            let given = WorkerSettings(options)
            let target = min(count, own.names.count)
            let rate = try given.rate(of: target)
            if fleet == nil {
                var settings = settings
                settings.devices = own
                settings.loops = min(settings.loops, own.names.count)
                try given.apply(to: &settings)
                fleet = try SimulatedFleet(settings)
            }
            // A rate is none of devices that have nothing to say.
            if let fleet, fleet.settings.pace != .never { fleet.rate = rate }
            fleet?.target = target
            return target
        } catch let error as UsageError {
            throw FleetError(.invalidOrder, error.message, hint: error.hint)
        } catch {
            let failure = Failure(error)
            throw FleetError(.invalidOrder, failure.message, hint: failure.hint)
        }
    }

    var running: Int { fleet?.target ?? 0 }

    func stop() {
        guard let fleet, stopLimit == nil else { return }
        fleet.drain()
        stopLimit = .after(min(Self.patience, settings.timeout))
    }

    func hasStopped() -> Bool {
        guard let fleet, let limit = stopLimit else { return fleet == nil }
        guard fleet.standing.outstanding == 0 || limit <= .now else { return false }
        fleet.stop()
        rest.add(fleet.takeRecord())
        (self.fleet, stopLimit) = (nil, nil)
        return true
    }

    func takeRecord() -> FleetRecord {
        defer { rest.reset() }
        if let fleet { rest.add(fleet.takeRecord()) }
        return rest
    }
}
