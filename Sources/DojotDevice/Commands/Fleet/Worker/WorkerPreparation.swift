import CommandLineKit
import Enrollment
import Fleet
import MQTT

/// What takes its time before the first device of a test, done behind the worker's back: it owes the master a sign of life every
/// second, and a name server, or the files of many devices, may take longer.
struct WorkerPreparation {
    /// What a test begins with.
    struct Ready: Sendable {
        let fleet: FleetPreparation
        /// What happens to certificates; nil for nothing.
        let agenda: CertificateAgenda?
        let platform: FleetPlatform?
        /// When the test began, whoever ran it then.
        let begin: MonotonicTime
        /// What was due before that is none of this worker's.
        let first: MonotonicTime
    }

    /// A worker that joined so few seconds after a test's start was there from the start.
    private static let tolerance = 1.0

    /// A master asks once a second for all that are to begin in it.
    private static let spread = 0.9

    private let thread: BackgroundThread<Result<Ready, any Error>>

    /// Begins it.
    ///
    /// - Parameters:
    ///   - settings: what each test begins with; its devices are those of all workers.
    ///   - own: those of this worker, which are its part of them.
    ///   - joined: when the master took this worker.
    ///   - platform: nil where the worker has no login.
    /// - Throws: what of the order is not to be understood, or cannot be done here.
    init(
        _ order: WorkerSettings, _ settings: SimulationSettings, own: Fleet.DeviceList, part: WorkerShard,
        joined: MonotonicTime, platform: FleetPlatform?
    ) throws {
        var settings = settings
        let all = settings.devices.names.count
        settings.devices = own
        settings.loops = min(settings.loops, own.names.count)
        settings.spread = Self.spread
        try order.apply(to: &settings)
        // Each worker plans for all, and does its part: so no device is missed, and none comes twice. Locust gives each
        // as many users as the others, and each runs its first devices: together they are the first of the list.
        let users = min(all, try order.users ?? all)
        let certificates = try order.certificates
        if !certificates.isEmpty {
            settings.plan = try ScenarioPlan(certificates, devices: users, seed: settings.seed)
                .shard(part.index, of: part.count)
        }
        let (actuation, history) = (try order.actuation, try order.history)
        let asks = [
            certificates.first { $0.kind != .expire }?.kind.rawValue, actuation.map { _ in "actuate" },
            history.map { _ in "history" },
        ]
        if let option = asks.compactMap({ $0 }).first {
            guard let platform else {
                throw UsageError(
                    "--\(option) takes a login at the platform, and this worker has none",
                    hint: "start it with --username and --password-file, or with DOJOT_USERNAME and DOJOT_PASSWORD set")
            }
            if actuation != nil { settings.subscribes = true }
            let share = Double(part.size(of: users)) / Double(users)
            if share > 0 {
                settings.probe = actuation.map { platform.probe($0, share: share, for: settings) }
                settings.historyProbe = history.map { platform.historyProbe($0, share: share, for: settings) }
            }
        }
        let elapsed = order.elapsed ?? 0
        let begin = MonotonicTime.after(-elapsed)
        let first = joined - begin > Self.tolerance ? joined : begin
        let rest = order.duration - elapsed
        thread = try BackgroundThread { [settings] in
            Result {
                Ready(
                    fleet: try FleetPreparation(settings),
                    agenda: try FleetPlatform.agenda(for: settings, at: platform, rest: rest), platform: platform,
                    begin: begin, first: first)
            }
        }
    }

    /// Whether it is over, well or not.
    var isFinished: Bool { thread.isFinished }

    /// What came of it; to be called once.
    func take() throws -> Ready { try thread.join().get() }

    /// Leaves it to itself, in place of `take`.
    func abandon() { thread.detach() }
}
