import CMosquitto
import Glibc

/// An MQTT client on one connection, over libmosquitto; it comes back by itself where the connection is lost.
///
/// All happens inside `connect`, `next` and `disconnect`, which wait in one poll(2) for the socket, for `watchedInput`, for the stop
/// signals and for a moment. Nothing runs on another thread.
///
/// ```swift
/// let client = try MQTTClient(options)
/// try client.connect()
/// try client.subscribe(Subscription(["/admin/f60c28/config"]))
/// var tick = MonotonicTime.after(5)
/// loop: while true {
///     switch try client.next(until: tick) {
///     case .deadline: try client.publish(payload, to: topic, qualityOfService: .atLeastOnce); tick = tick + 5
///     case .message(let message): …
///     case .stopped: break loop
///     default: break
///     }
/// }
/// client.disconnect()
/// ```
public final class MQTTClient {
    public internal(set) var options: Options
    /// Signals that end the wait with `.stopped`.
    public var stopSignals: StopSignals?
    /// A descriptor that is waited for as well, as long as it is set: `.inputReady`.
    public var watchedInput: Int32?
    /// A descriptor of inotify(7) that is waited for as well, once the first connection stands: `.filesChanged`.
    public var watchedFiles: Int32?
    /// The most events, 1 or more, that are read before they are handed on: what has been read is acknowledged, so that who takes
    /// a certain number of messages only leaves the others to the session by this.
    public var mostEventsAtOnce = MQTTClient.usualEventsAtOnce { didSet { deferOutput() } }
    /// What is read at once where nobody minds.
    public static let usualEventsAtOnce = 256

    var handle: MosquittoHandle
    var tls: TLSContext?
    /// Files that are to be used as soon as the connection can be left for them, and when it is left at the latest.
    var nextContext: TLSContext?
    var leaveBy = MonotonicTime.now
    /// The files that were let in last, while it is not known whether the present ones are.
    var formerContext: TLSContext?
    /// Contexts that libmosquitto holds a reference to still.
    var retiredContexts: [TLSContext] = []
    var phase = Phase.idle
    var attempt = Attempt()
    var queue = EventQueue()
    var batch = PublishBatch()
    /// How many messages went out in batches.
    var batchedMessages = 0
    /// Attempts that failed and connections that were lost soon, in a row.
    var failures = 0
    /// When the present connection was accepted.
    var connectedSince = MonotonicTime.now
    /// SUBSCRIBE packets of the present connection without a SUBACK.
    var unansweredSubscriptions = 0
    /// Whether the first connection has been made.
    var hasConnected = false
    var subscriptions: [Subscription] = []
    /// Packet identifiers of the QoS 2 publications that are on their way.
    var exactlyOnceInFlight: Set<Int32> = []
    /// Messages that were taken and whose acknowledgements wait in a handle that defers its output.
    var unacknowledged: [Message] = []
    /// When bytes last came from the broker.
    var lastInput = MonotonicTime.now
    /// When poll(2) was last called.
    var lastTurn = MonotonicTime.now
    /// Whether OpenSSL may hold bytes that were read already, so that poll(2) would wait in vain.
    var hasUnreadInput = false
    /// The code with which libmosquitto last reported the end of the connection: its own, or 128 and above the broker's.
    var lastDisconnect: Int32 = 0
    /// How far a session is on its way to being replaced by a new one.
    var renewal = SessionRenewal.none
    /// The socket, the signals, the watched input and the watched files, for poll(2).
    var pollEntries = [pollfd](repeating: pollfd(fd: -1, events: 0, revents: 0), count: 4)
    private var lastPoll = MonotonicTime(nanoseconds: .min)
    private var hasReportedDeadline = false

    /// Reads the files of keys and certificates, and checks what can be checked before a connection is made.
    public init(_ options: Options) throws(MQTTError) {
        self.options = options
        try Property.check(options.connectProperties, for: .connect)
        try Property.check(options.disconnectProperties, for: .disconnect)
        if let configuration = options.tls {
            tls = try TLSContext(configuration, host: options.unixSocket == nil ? options.host : nil)
        }
        handle = try MQTTClient.makeHandle(options, tls: tls, startsClean: options.cleanSession)
    }

    /// Has the present handle acknowledge only what was taken, where the number of events matters.
    func deferOutput() {
        let isLimited = mostEventsAtOnce < MQTTClient.usualEventsAtOnce
        if handle.defersOutput != isLimited { handle.defersOutput = isLimited }
    }

    /// Whether messages can be published now.
    public var isConnected: Bool { phase == .connected }

    /// Whether `next` has something at once.
    public var hasEvents: Bool { queue.count > 0 }

    /// The next thing that happened; `.deadline` at the latest when `deadline` comes.
    ///
    /// - Throws: what ended the connection, where it does not come back by itself or coming back cannot help.
    public func next(until deadline: MonotonicTime? = nil) throws(MQTTError) -> Event {
        while true {
            if let event = queue.take() {
                if handle.defersOutput, case .message(let message) = event { unacknowledged.append(message) }
                return event
            }
            if let deadline, deadline <= lastPoll, !hasReportedDeadline {
                hasReportedDeadline = true
                return .deadline
            }
            hasReportedDeadline = false
            try step(until: deadline)
            lastPoll = .now
        }
    }

    /// Connects, address by address, and waits for the CONNACK; a failure is not retried.
    ///
    /// A connection that is lost right after its CONNACK was made all the same: `next` tells of the loss, and it comes back.
    /// - Throws: why there is no connection; `.timeout` after `options.timeout` seconds; `.interrupted` where a stop signal came.
    /// - Returns: whether the broker kept a session of this client.
    @discardableResult
    public func connect() throws(MQTTError) -> Bool {
        try beginAttempt()
        return try waitForConnack()
    }

    /// Waits until the connection stands; what else happens meanwhile stays in the queue.
    func waitForConnack() throws(MQTTError) -> Bool {
        while true {
            if let sessionPresent = queue.takeConnected() { return sessionPresent }
            if let signal = queue.stopSignal {
                throw MQTTError.stopped(by: signal, "while connecting to \(options.peer)")
            }
            try step(until: nil)
        }
    }
}
