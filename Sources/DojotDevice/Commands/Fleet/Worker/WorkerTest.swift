import CommandLineKit
import Fleet
import MQTT

/// One test of a Locust master's at a worker, from its first device to its last.
final class WorkerTest {
    /// How long publications that are on their way are waited for, in seconds.
    private static let patience = 10.0

    private let fleet: SimulatedFleet
    private let work: PlatformWork
    private var stopLimit: MonotonicTime?

    /// Begins it, with no device yet.
    ///
    /// - Parameters:
    ///   - settings: what each test begins with; its devices are those of all workers.
    ///   - own: those of this worker, which are its part of them.
    ///   - platform: nil where the worker has no login.
    init(
        _ order: WorkerSettings, _ settings: SimulationSettings, own: Fleet.DeviceList, part: WorkerShard,
        platform: FleetPlatform?
    ) throws {
        var settings = settings
        let all = settings.devices.names.count
        settings.devices = own
        settings.loops = min(settings.loops, own.names.count)
        try order.apply(to: &settings)
        let (certificates, actuation) = (try order.certificates, try order.actuation)
        if !certificates.isEmpty || actuation != nil {
            guard let platform else {
                let option = certificates.first?.kind.rawValue ?? "actuate"
                throw UsageError(
                    "--\(option) takes a login at the platform, and this worker has none",
                    hint: "start it with --username NAME --password-file FILE, or DOJOT_USERNAME and DOJOT_PASSWORD")
            }
            // Each worker plans for all, and does its part: so no device is missed, and none comes twice. Locust gives each
            // as many users as the others, and each runs its first devices: together they are the first of the list.
            let users = min(all, try order.users ?? all)
            settings.plan = try ScenarioPlan(certificates, devices: users, seed: settings.seed)
                .shard(part.index, of: part.count)
            if let actuation {
                settings.subscribes = true
                let share = Double(part.size(of: users)) / Double(users)
                if share > 0 { settings.probe = platform.probe(actuation, share: share, for: settings) }
            }
        }
        fleet = try SimulatedFleet(settings)
        work = PlatformWork(FleetPlatform.crew(for: fleet, at: platform, sparesOthers: true), for: fleet)
        try work.start()
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
        guard let limit = stopLimit, work.hasStopped() else { return false }
        guard fleet.standing.outstanding == 0 || limit <= .now else { return false }
        fleet.stop()
        work.giveUp()
        return true
    }

    /// What was done since the last call, about a second ago.
    func takeRecord() -> FleetRecord {
        var record = fleet.takeRecord()
        record.add(work.takeRecord())
        return record
    }
}
