public import Enrollment
public import MQTT
public import Payload

/// What a fleet is and does; it does not change during a run.
public struct SimulationSettings: Sendable {
    /// How often a device publishes.
    public enum Pace: Sendable, Equatable {
        /// Each device after so many seconds.
        case interval(Double)
        /// All of those that are to be connected together, so many messages a second.
        case rate(Double)
        /// Never by itself.
        case never
    }

    /// The devices; the first ones are the first to connect.
    public var devices: DeviceList
    /// Where their identities are, read as they are needed.
    public var store: CredentialStore
    /// The broker; nil for that of the first device's profile.
    public var broker: (host: String, port: UInt16)?
    public var pace = Pace.interval(30)
    /// By how much of itself the time between two publications differs at most, 0 to 1.
    public var jitter = 0.1
    public var qualityOfService = QualityOfService.atLeastOnce
    /// Whether each device subscribes to its config topic.
    public var subscribes = false
    /// Seconds, 5 to 65535, or 0 for none.
    public var keepAlive: Int32 = 60
    /// Seconds to the CONNACK, and to the PUBACK, more than 0.
    public var timeout: Double = 30
    /// How many connections may be between their first step and the CONNACK: mosquitto's backlog is 100.
    public var handshakes = 64
    /// Over how long devices begin that are asked for at once, in seconds; 0 for at once.
    public var spread = 0.0
    /// Addresses of this machine to connect from, in turn; none for the system's choice.
    public var sources: [String] = []
    /// What they say, and do when they are told something.
    public var behaviour: DeviceBehaviour
    /// With the same seed each device says the same again.
    public var seed: UInt64 = 0
    /// The pause before a device that was lost comes back.
    public var backoff = Backoff()
    /// The pause before a device is looked for again that has no identity that can be read: nothing but another file helps it.
    public var absence = Backoff(initial: 60, maximum: 60)
    /// What the run goes through; nil where nobody has planned it.
    public var scenario: Scenario?
    /// What happens to whose certificate; nil for nothing.
    public var plan: ScenarioPlan?
    /// Tells devices something through the platform, and measures it; nil where nobody does.
    public var probe: EndToEndProbe?
    /// Follows publications to the platform's history, and measures it; nil where nobody does.
    public var historyProbe: HistoryProbe?
    /// How many threads, each with a loop of its own.
    public var loops = 1

    public init(devices: DeviceList, store: CredentialStore, behaviour: DeviceBehaviour) {
        self.devices = devices
        self.store = store
        self.behaviour = behaviour
    }

    /// How many connections one address of this machine can have to one broker: Linux gives them ports from 32768 to 60999
    /// (ip_local_port_range in ip(7)).
    public static let connectionsPerSource = 28_000
}
