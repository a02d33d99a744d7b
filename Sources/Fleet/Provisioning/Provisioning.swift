public import Dojot
public import Enrollment
public import HTTP
import PKI
import Synchronization
import Threads

/// The identities of a whole fleet: for each device the story of `Enrollment`, many at the same time.
///
/// Threads make keys, one for each core; others, each with an HTTP client of its own, take a device and a key and have the platform sign.
/// What the platform asks to wait holds all of them. Nothing here grows with the fleet but the list of its devices.
public final class Provisioning: Sendable {
    /// What all its devices have in common.
    public struct Plan: Sendable {
        public var gateway: Gateway
        public var trust: HTTPTrust
        /// The time for each request with all its repetitions, in seconds.
        public var timeout: Double
        /// What each device's certificate is to be; its name takes the place of the one here.
        public var order: Enrollment.Order
        /// What is to change of the broker of devices that have an identity.
        public var profileChange: ProfileChange?
        /// How many requests are under way at the same time, 1 or more.
        public var concurrency: Int
        /// How many threads make keys, 1 or more.
        public var keyMakers: Int

        /// - Parameter order: for any device.
        public init(
            gateway: Gateway, trust: HTTPTrust, timeout: Double, order: Enrollment.Order,
            profileChange: ProfileChange? = nil, concurrency: Int, keyMakers: Int
        ) {
            self.profileChange = profileChange
            (self.gateway, self.trust, self.timeout, self.order) = (gateway, trust, timeout, order)
            (self.concurrency, self.keyMakers) = (max(1, concurrency), max(1, keyMakers))
        }
    }

    /// How soon it ends.
    enum Course: Int, Comparable {
        case going
        /// No device is begun any more.
        case ending
        /// What is waited for is given up.
        case cut

        static func < (left: Course, right: Course) -> Bool { left.rawValue < right.rawValue }
    }

    let plan: Plan
    let platform: PlatformGeneration
    let authority: Certificate
    let login: SharedLogin
    let store: CredentialStore
    /// How many devices are worked on at the same time: while some wait for the platform, others wait for the disk, and the more of these
    /// there are the fewer writes it takes.
    let crew: Int
    let journal: ProvisioningJournal
    let failures: FailureFile
    let keys: KeySupply
    let pace: RequestPace
    let owners = OwnerHabit()
    /// Those that are not done, and the next to be begun.
    let devices: [DeviceName]
    let next = Atomic<Int>(0)
    let course = Guarded(Course.going)
    let counts: Guarded<ProvisioningCounts>
    /// Why it ended before all was tried.
    let halt = Guarded<(any Error)?>(nil)
    private let workers = Guarded<[BackgroundThread<Void>]>([])

    /// - Parameters:
    ///   - source: the platform's generation and its CA, which were asked for once.
    ///   - directory: the folder of identities, which is there.
    /// - Throws: `EnrollmentError` where the folder cannot be opened.
    public init(
        _ plan: Plan, of list: DeviceList, from source: Enrollment.Source, as login: SharedLogin,
        into directory: String, _ journal: ProvisioningJournal
    ) throws(EnrollmentError) {
        self.plan = plan
        (platform, authority) = (source.platform.platform, source.certificate)
        (self.login, self.journal) = (login, journal)
        store = CredentialStore(directory: directory).grouping(by: try GroupedSync(for: directory))
        failures = FailureFile(in: directory)
        pace = RequestPace(most: plan.concurrency)
        let store = store
        devices = list.names.filter { name in
            guard journal.past.done.contains("\(name)"), store.hasCertificate(of: name) else { return true }
            // A change of the broker concerns those that are done, too.
            guard let change = plan.profileChange, let profile = try? store.load(name).profile else { return false }
            return change.applied(to: profile) != nil
        }
        counts = Guarded(ProvisioningCounts(total: list.names.count, doneBefore: list.names.count - devices.count))
        crew = min(plan.concurrency * 3, plan.concurrency + 64)
        keys = KeySupply(plan.order.keyAlgorithm, count: devices.count, mostAhead: plan.concurrency + plan.keyMakers)
    }

    /// Counts a device as failed that is not in the list, since its id breaks the rule for names; to be called before `start`.
    ///
    /// - Throws: `FleetError` with `.cannotWrite`.
    public func refuse(_ id: String, _ error: DojotError) throws(FleetError) {
        let failure = ProvisioningFailure(error)
        counts.withLock { counts in
            counts.total += 1
            counts.add(failure)
        }
        try failures.add(id, failure)
    }

    /// Begins the work.
    ///
    /// - Throws: `EnrollmentError` with `.cannotCreate` where the system gives no threads, `FleetError` with `.tooFewFiles`.
    public func start() throws {
        guard !devices.isEmpty else { return }
        // libcurl keeps five connections of each, and a device has its lock and a file open.
        try OpenFiles.allow(crew * 7 + OpenFiles.others)
        for _ in 0..<min(plan.keyMakers, devices.count) {
            let keys = keys
            try BackgroundThread { keys.make() }.detach()
        }
        for _ in 0..<min(crew, devices.count) {
            let worker = try BackgroundThread { self.work() }
            workers.withLock { $0.append(worker) }
        }
    }

    /// The folder of identities.
    public var directory: String { store.directory }

    /// Whether all has been tried, or what was under way when it was to end has ended.
    public var isFinished: Bool { workers.withLock { $0.allSatisfy(\.isFinished) } }

    /// Begins no other device; those under way are brought to their end.
    public func end() {
        course.withLock { $0 = max($0, .ending) }
        keys.stop()
    }

    /// Waits for nothing any more: what was asked for is looked for by the next run.
    public func cut() {
        end()
        course.withLock { $0 = .cut }
    }

    /// How far it is.
    public var progress: ProvisioningCounts { counts.withLock { $0 } }
    /// For how many seconds it does nothing since the platform asks so; 0 where it does not.
    public var pause: Double { pace.remaining }
    /// How many devices are being worked on.
    public var underWay: Int { workers.withLock { $0.count(where: { !$0.isFinished }) } }

    /// Waits for all threads that speak to the platform, and puts journal and list of failures on disk.
    ///
    /// - Returns: how far it came, why it ended before all was tried, if it did, and the path of the list of failures, where there is one.
    /// - Throws: `FleetError` with `.cannotWrite`.
    public func finish() throws(FleetError) -> (counts: ProvisioningCounts, halt: (any Error)?, failures: String?) {
        let running = workers.withLock { workers in
            defer { workers = [] }
            return workers
        }
        for worker in running { worker.join() }
        keys.stop()
        try journal.flush()
        let path = try failures.close() ? failures.path : nil
        return (progress, halt.withLock { $0 }, path)
    }
}
