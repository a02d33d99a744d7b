import Dojot
import Enrollment
import Glibc
public import MQTT
import Threads

/// A fleet at work: threads with a loop each, told how many devices are to be connected, and asked what they did.
///
/// Whoever has it sets the pace: a simulation by its plan, a worker as its master says.
public final class SimulatedFleet {
    private let control: FleetControl
    private var threads: [BackgroundThread<Bool>] = []
    public let settings: SimulationSettings
    /// Host and port of the broker.
    public let peer: String

    /// Starts the threads; nothing connects yet.
    ///
    /// - Throws: `MQTTError` for the CA's file, `EnrollmentError` where the system gives no threads.
    public init(_ preparation: FleetPreparation) throws {
        let (settings, options) = (preparation.settings, preparation.broker)
        self.settings = settings
        peer = options.peer
        let control = FleetControl(loops: settings.loops)
        self.control = control
        for index in 0..<settings.loops {
            let begun = Handover<MQTTError?>()
            threads.append(
                try BackgroundThread {
                    let loop: DeviceLoop
                    do throws(MQTTError) {
                        loop = try DeviceLoop(settings, options, control: control, index: index)
                    } catch {
                        begun.put(error)
                        return false
                    }
                    begun.put(nil)
                    loop.run()
                    return true
                })
            if let error = begun.take() {
                stop()
                throw error
            }
        }
    }

    deinit { stop() }

    /// How many of the devices, the first ones, are to be connected.
    public var target: Int {
        get { control.target }
        set { control.target = min(max(0, newValue), settings.devices.names.count) }
    }

    /// Whether a device is one of those that are to be connected, by its place; it may be called on any thread.
    public var hasSwitchedOn: @Sendable (_ device: Int) -> Bool { { [control] in $0 < control.target } }

    /// Who of the devices can be told something.
    var audience: EndToEndProbe.Audience {
        let (control, loops, plan) = (control, settings.loops, settings.plan)
        return EndToEndProbe.Audience(
            count: { control.target }, canHear: { control.accounts[$0 % loops].isSubscribed($0 / loops) },
            cohort: { plan?.cohort(of: $0) ?? .healthy })
    }

    /// Messages a second of all, in place of the settings' pace; nil for that.
    public var rate: Double? {
        get { control.rate }
        set { control.rate = newValue }
    }

    /// Publications a second that all are to make together now, with those that are followed to the history.
    public var targetRate: Double { pacedRate + (target > 0 ? settings.historyProbe?.rate ?? 0 : 0) }

    private var pacedRate: Double {
        switch settings.pace {
        case .never: 0
        case .interval(let seconds): rate ?? Double(target) / seconds
        case .rate(let usual): rate ?? usual
        }
    }

    /// Tells the loops what has happened to a device's certificate; it may be called on any thread.
    ///
    /// Another one in its place: the device goes over to it as soon as nothing is on its way. Taken back: from now on it should be off.
    /// Run out: it leaves, and should not be let in again.
    public var certificateChanged: @Sendable (_ event: ScenarioPlan.Event, _ due: MonotonicTime) -> Void {
        let (control, loops) = (control, settings.loops)
        return { event, due in
            let order =
                switch event.kind {
                case .renew: FleetControl.Order(kind: .renewed, device: event.device / loops, since: due)
                case .revoke: FleetControl.Order(kind: .revoked, device: event.device / loops, since: .now)
                case .expire: FleetControl.Order(kind: .expired, device: event.device / loops, since: due)
                }
            control.accounts[event.device % loops].give(order)
        }
    }

    /// How it stands.
    public struct Standing: Sendable {
        /// Connections that stand.
        public var connected: [Cohort: Int] = [:]
        /// Connections that stand, of all cohorts.
        public var allConnected: Int { connected.values.reduce(0, +) }
    }

    /// How it stands now.
    public var standing: Standing {
        control.accounts.reduce(into: Standing()) { standing, account in
            standing.connected.merge(account.withLock { $0.connected }, uniquingKeysWith: +)
        }
    }

    /// What it did since this was asked last.
    public func takeRecord() -> FleetRecord {
        var all = FleetRecord()
        for account in control.accounts {
            let record = account.withLock { account in
                let record = account.record
                account.record = FleetRecord()
                return record
            }
            all.add(record)
        }
        return all
    }

    /// Publishes nothing more; what is on its way goes on.
    public func drain() { control.phase = .draining }

    /// Whether all that was published is answered or given up, and nothing more comes; asked after `drain` until it is.
    public var isDrained: Bool { control.isDrained }

    /// Lets all devices leave in good order, and ends the threads.
    public func stop() {
        guard !threads.isEmpty else { return }
        control.phase = .stopping
        for thread in threads { _ = thread.join() }
        threads = []
    }
}
