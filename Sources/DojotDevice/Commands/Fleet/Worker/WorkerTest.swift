import Fleet
import MQTT

/// One test of a Locust master's at a worker, from its first device to its last.
final class WorkerTest {
    /// How long publications that are on their way are waited for, in seconds.
    private static let patience = 10.0

    private let fleet: SimulatedFleet
    private let work: PlatformWork
    private var stopLimit: MonotonicTime?
    private var hasGivenUp = false

    /// Begins it, with no device yet.
    init(_ ready: WorkerPreparation.Ready) throws {
        fleet = try SimulatedFleet(ready.fleet)
        work = PlatformWork(
            FleetPlatform.crew(ready.agenda, for: fleet, at: ready.platform, sparesOthers: true), for: fleet)
        try work.start(since: ready.begin, from: ready.first)
    }

    /// How many devices run, connected or on their way to be.
    var running: Int { fleet.target }

    /// Runs so many devices from now on.
    ///
    /// - Parameter rate: how often they publish in a second, together; nil where each has its interval.
    func run(_ count: Int, rate: Double?) {
        // A rate is none of devices that have nothing to say.
        if fleet.settings.pace != .never { fleet.rate = rate }
        fleet.target = count
    }

    /// Begins to stop all.
    func stop() {
        guard stopLimit == nil else { return }
        work.beginStop()
        fleet.drain()
        stopLimit = .after(min(Self.patience, fleet.settings.timeout))
    }

    /// Whether all is stopped, asked after `stop` until it is.
    func hasStopped() -> Bool {
        guard let limit = stopLimit, work.isSettled() else { return false }
        if hasGivenUp { return true }
        guard (fleet.isDrained && work.pending == 0) || limit <= .now else { return false }
        fleet.stop()
        hasGivenUp = true
        work.beginGivingUp()
        return work.isSettled()
    }

    /// What was done since the last call, about a second ago.
    func takeRecord() -> FleetRecord {
        var record = fleet.takeRecord()
        record.add(work.takeRecord())
        return record
    }
}
