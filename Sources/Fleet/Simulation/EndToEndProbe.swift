public import Dojot
public import Enrollment
public import HTTP
import MQTT
import Payload
import Synchronization
import Threads

/// Tells devices of a fleet something through the platform, now and then, and measures how long it takes to them: end to end.
///
/// What is told is a number that goes up, so that what a device hears can be told from what others tell it.
public final class EndToEndProbe: Sendable {
    /// How many requests are under way at once.
    private static let threads = 4

    /// How often it is drawn who is told, until it is one who hears.
    private static let draws = 100

    private struct Told {
        let device: Int
        let due: MonotonicTime
    }

    private let attribute: String
    private let rate: Double
    private let devices: DeviceList
    private let gateway: Gateway
    private let login: SharedLogin
    private let trust: HTTPTrust
    private let timeout: Double
    private let next = Atomic<Int>(0)
    private let helpers = HelperThreads()
    private let audience = Guarded(Audience())
    private let told = Guarded<[Int64: Told]>([:])
    private let record = Guarded(FleetRecord())

    /// - Parameters:
    ///   - attribute: the label of an actuator that all devices have.
    ///   - rate: how often, of all devices together, a second.
    ///   - timeout: how long a request may take, and a device not hear of it, in seconds.
    public init(
        attribute: String, rate: Double, devices: DeviceList, at gateway: Gateway, as login: SharedLogin,
        trust: HTTPTrust, timeout: Double
    ) {
        (self.attribute, self.rate, self.devices) = (attribute, rate, devices)
        (self.gateway, self.login, self.trust, self.timeout) = (gateway, login, trust, timeout)
    }

    /// Who can be told something; nobody at first.
    struct Audience: Sendable {
        /// The first so many devices are to be connected now.
        var count: @Sendable () -> Int = { 0 }
        /// Whether a device, by its place, is subscribed now.
        var canHear: @Sendable (Int) -> Bool = { _ in false }
        var cohort: @Sendable (Int) -> Cohort = { _ in .healthy }
    }

    /// Tells those, from before it begins.
    func address(_ new: Audience) { audience.withLock { $0 = new } }

    /// Begins.
    public func start() throws(EnrollmentError) {
        let begin = MonotonicTime.now
        try helpers.start(Self.threads) { self.work(since: begin) }
    }

    /// Tells nothing more, and waits for the requests under way.
    public func stop() { helpers.stop() }

    /// How many were told something that they have not heard yet.
    public var pending: Int { told.withLock { $0.count } }

    /// Nobody hears anything more: what was told until now and not heard has failed.
    public func giveUp() { takeUnheard(before: .now, cause: "unfinished") }

    /// A device has heard something.
    ///
    /// - Returns: microseconds since it was due to be told; nil where it was not this that told it.
    func hears(_ payload: [UInt8], device: Int) -> Int64? {
        guard let config = try? JSONElement(object: payload), case .object(let members) = config.content,
            case .number(let text)? = members.last(where: { $0.name == attribute })?.value.content,
            let number = Int64(text)
        else { return nil }
        let found = told.withLock { told in told[number]?.device == device ? told.removeValue(forKey: number) : nil }
        return found.map { $0.due.microsecondsAgo }
    }

    /// What went wrong since the last call: what the platform did not take, and what no device heard in time.
    public func takeRecord() -> FleetRecord {
        takeUnheard(before: .after(-timeout), cause: "timeout")
        return record.withLock { record in
            defer { record = FleetRecord() }
            return record
        }
    }

    private func takeUnheard(before limit: MonotonicTime, cause: String) {
        let devices = told.withLock { told in
            let late = told.filter { $0.value.due <= limit }
            for number in late.keys { told[number] = nil }
            return late.map(\.value.device)
        }
        for device in devices { fail(cause, device) }
    }

    private func fail(_ cause: String, _ device: Int) {
        let cohort = audience.withLock(\.cohort)(device)
        record.withLock { $0[cohort][.receive].fail(cause) }
    }

    private func work(since begin: MonotonicTime) {
        let http = HTTPClient(trust: trust, isInterrupted: { self.helpers.isStopping })
        var random = SystemRandomNumberGenerator()
        while true {
            let number = next.add(1, ordering: .relaxed).newValue
            let due = begin + Double(number) / rate
            guard helpers.sleep(until: due) else { return }
            let audience = audience.withLock { $0 }
            let count = audience.count()
            guard count > 0 else { continue }
            // By chance among all; where nearly nobody hears, none is found, and nobody told.
            let drawn = (0..<Self.draws).lazy.map { _ in Int.random(in: 0..<count, using: &random) }
            if let device = drawn.first(where: audience.canHear) { tell(Int64(number), to: device, due, over: http) }
        }
    }

    private func tell(_ number: Int64, to device: Int, _ due: MonotonicTime, over http: HTTPClient) {
        told.withLock { $0[number] = Told(device: device, due: due) }
        do {
            let session = try login.session(isInterrupted: { self.helpers.isStopping })
            try DeviceManager(gateway: gateway, session: session, http: http, timeout: timeout)
                .actuate(devices.names[device], attributes: ProbeMessage.json(attribute, number))
        } catch {
            told.withLock { _ = $0.removeValue(forKey: number) }
            if helpers.isStopping { return }
            fail(ProvisioningFailure(error).code, device)
        }
    }
}
