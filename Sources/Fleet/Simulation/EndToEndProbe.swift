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
    private let reachCount = Atomic<Int>(0)
    private let helpers = HelperThreads()
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

    /// How many of the devices, the first ones, can be told something; none at first.
    public var reach: Int {
        get { reachCount.load(ordering: .relaxed) }
        set { reachCount.store(newValue, ordering: .relaxed) }
    }

    /// Begins.
    public func start() throws(EnrollmentError) {
        let begin = MonotonicTime.now
        try helpers.start(Self.threads) { self.work(since: begin) }
    }

    /// Tells nothing more, and waits for the requests under way.
    public func stop() { helpers.stop() }

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
        let limit = MonotonicTime.after(-timeout)
        let unheard = told.withLock { told in
            let late = told.filter { $0.value.due < limit }
            for number in late.keys { told[number] = nil }
            return late.count
        }
        return record.withLock { record in
            for _ in 0..<unheard { record[.healthy][.receive].fail("timeout") }
            defer { record = FleetRecord() }
            return record
        }
    }

    private func work(since begin: MonotonicTime) {
        let http = HTTPClient(trust: trust, isInterrupted: { self.helpers.isStopping })
        var random = SystemRandomNumberGenerator()
        while true {
            let number = next.add(1, ordering: .relaxed).newValue
            let due = begin + Double(number) / rate
            guard helpers.sleep(until: due) else { return }
            let reach = min(reach, devices.names.count)
            if reach > 0 { tell(Int64(number), to: Int.random(in: 0..<reach, using: &random), due, over: http) }
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
            let cause = ProvisioningFailure(error).code
            record.withLock { $0[.healthy][.receive].fail(cause) }
        }
    }
}
