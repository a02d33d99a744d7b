import Dojot
public import Enrollment
public import HTTP
import HeapModule
import MQTT
import Payload
import Synchronization
import Threads

/// Follows some of a fleet's publications until the platform's history has them, and measures how long that takes: end to end.
///
/// What is followed is a publication of its own, whatever else the devices say: a number that nobody has said before, so that it
/// can be told from all others. The devices' loops publish it when it is due; a few threads ask for it.
public final class HistoryProbe: Sendable {
    /// How many requests are under way at once.
    private static let threads = 4
    /// Among how many of an attribute's newest values the number is looked for.
    private static let values = 50

    /// One publication on its way.
    private struct Followed: Comparable {
        let device: DeviceName
        let cohort: Cohort
        let number: Int64
        let due: MonotonicTime
        /// When it is asked for.
        var next: MonotonicTime
        /// Why the last request had no answer.
        var trouble: String?

        static func < (left: Followed, right: Followed) -> Bool { left.next < right.next }
    }

    private struct State {
        var waiting = Heap<Followed>()
        /// How many are being asked for.
        var asked = 0
        var record = FleetRecord()
    }

    private enum Turn {
        case now(Followed)
        case later(MonotonicTime)
    }

    private let attribute: String
    /// How often, of all devices together, a second.
    let rate: Double
    private let login: SharedLogin
    private let trust: HTTPTrust
    private let timeout: Double
    // Microseconds since 1970, which no other run begins with; a platform that keeps numbers as doubles keeps them whole.
    private let number = Atomic<Int>(Int(WallClock.milliseconds) * 1000)
    private let helpers = HelperThreads()
    private let state = Guarded(State())

    /// - Parameters:
    ///   - attribute: the label of an attribute that all devices have; best one that they say nothing else of.
    ///   - rate: how often, of all devices together, a second.
    ///   - timeout: how long the history may take to have it, in seconds.
    public init(
        attribute: String, rate: Double, as login: SharedLogin, trust: HTTPTrust, timeout: Double
    ) {
        (self.attribute, self.rate) = (attribute, rate)
        (self.login, self.trust, self.timeout) = (login, trust, timeout)
    }

    /// The seconds to the next request for what was due `elapsed` seconds ago: a tenth of that, so that the figure is that
    /// exact, and what does not come is not asked for all the time; 5 ms to 1 s.
    static func pause(after elapsed: Double) -> Double { min(max(elapsed / 10, 0.005), 1) }

    /// Begins.
    public func start() throws(EnrollmentError) {
        try helpers.start(Self.threads) { self.work() }
    }

    /// How many are still looked for.
    public var pending: Int { state.withLock { $0.waiting.count + $0.asked } }

    /// Asks for nothing more; what the history does not have by now has failed.
    public func stop() {
        helpers.stop()
        let limit = MonotonicTime.after(-timeout)
        state.withLock { state in
            while let left = state.waiting.popMin() {
                let cause = left.due < limit ? "timeout" : "unfinished"
                state.record[left.cohort][.history].fail(left.trouble ?? cause)
            }
        }
    }

    /// What was found, and what was not in time or cannot be, since the last call.
    public func takeRecord() -> FleetRecord {
        let limit = MonotonicTime.after(-timeout)
        return state.withLock { state in
            // Those that no thread comes to, since all wait for answers.
            let late = state.waiting.unordered.filter { $0.due < limit }
            if !late.isEmpty {
                state.waiting = Heap(state.waiting.unordered.filter { $0.due >= limit })
                for followed in late { state.record[followed.cohort][.history].fail(followed.trouble ?? "timeout") }
            }
            defer { state.record = FleetRecord() }
            return state.record
        }
    }

    // MARK: For the loops

    /// The next number to be published.
    func nextNumber() -> Int64 { Int64(number.add(1, ordering: .relaxed).newValue) }

    /// What a device publishes to say a number.
    func payload(_ number: Int64) -> [UInt8] { ProbeMessage.json(attribute, number) }

    /// Looks for a number that a device has published.
    func follow(_ number: Int64, of device: DeviceName, _ cohort: Cohort, since due: MonotonicTime) {
        let followed = Followed(
            device: device, cohort: cohort, number: number, due: due, next: .after(Self.pause(after: 0)))
        state.withLock { $0.waiting.insert(followed) }
    }

    // MARK: Asking

    private func work() {
        let http = HTTPClient(trust: trust, isInterrupted: { self.helpers.isStopping })
        while let followed = next() { ask(for: followed, over: http) }
    }

    /// The next whose time has come; nil where nothing is to be asked any more.
    private func next() -> Followed? {
        var patience = 0.1
        while !helpers.isStopping {
            let end = MonotonicTime.after(patience)
            let turn: Turn? = state.wait(seconds: patience) { state in
                guard let first = state.waiting.min, first.next < end else { return nil }
                guard first.next <= .now else { return .later(first.next) }
                state.waiting.removeMin()
                state.asked += 1
                return .now(first)
            }
            switch turn {
            case .now(let followed): return followed
            case .later(let time): patience = max(0, time - .now)
            case nil: patience = 0.1
            }
        }
        return nil
    }

    private func ask(for followed: Followed, over http: HTTPClient) {
        let rest = timeout - (MonotonicTime.now - followed.due)
        guard rest > 0 else { return end(followed) { $0.fail(followed.trouble ?? "timeout") } }
        var followed = followed
        var pause = 1.0
        do {
            if try isStored(followed, within: rest, over: http) {
                return end(followed) { $0.succeed(after: followed.due.microsecondsAgo) }
            }
            followed.trouble = nil
            pause = Self.pause(after: .now - followed.due)
        } catch {
            let failure = ProvisioningFailure(error)
            guard failure.mayWorkLater else { return end(followed) { $0.fail(failure.code) } }
            // One that ran into the time that was left is nothing else than that this is over.
            if failure.code != "gateway.timeout", !helpers.isStopping { followed.trouble = failure.code }
        }
        followed.next = min(.after(pause), followed.due + timeout)
        state.withLock { [followed] state in
            state.asked -= 1
            state.waiting.insert(followed)
        }
    }

    private func isStored(_ followed: Followed, within seconds: Double, over http: HTTPClient) throws -> Bool {
        let isStopping = { self.helpers.isStopping }
        let samples = try login.use(isInterrupted: isStopping) { session in
            let devices = DeviceManager(
                gateway: login.gateway, session: session, http: http, timeout: seconds, retry: .never)
            return try devices.history(of: followed.device, attributes: [attribute], last: Self.values)
        }
        return (samples[attribute] ?? []).contains { sample in
            sample.value == .integer(followed.number) || sample.value == .number(Double(followed.number))
        }
    }

    private func end(_ followed: Followed, _ note: (inout OperationRecord) -> Void) {
        state.withLock { state in
            state.asked -= 1
            note(&state.record[followed.cohort][.history])
        }
    }
}
