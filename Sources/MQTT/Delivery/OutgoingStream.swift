/// Many messages on one topic, in order, with a window of them on their way; it survives lost connections.
///
/// At QoS 1 and 2 each message is kept until it is acknowledged. At QoS 2 the client must have a session that lasts
/// (`cleanSession` false); where the broker loses it, the window is published again in order, and `mayHaveRepeated` says so.
///
/// Give it every event of the client, and messages while it has room.
public final class OutgoingStream {
    private struct Entry {
        /// nil until it has been handed to libmosquitto.
        var identifier: Int32?
        var payload: [UInt8]
        /// The line of the input that it comes from.
        let line: Int?
    }

    /// The widest window: half of the packet identifiers, so that none is used again while it is on its way.
    public static let widest = 32_767

    /// Connections that end without an acknowledgement, though messages were sent, before that counts as the broker's refusal.
    private static let patience = 5

    /// The longest packet, without its header; MQTT 3.1.1, section 2.2.3.
    private static let longest = 268_435_453

    /// The most bytes on their way, beside the window, so that large messages do not fill the memory.
    private static let mostBytes = 16 << 20

    /// How many messages are done: sent at QoS 0, acknowledged at QoS 1 and 2.
    public var completed: Int { acknowledged + client.batchedMessages }
    private var acknowledged = 0
    /// Whether messages were published again that the broker may have had already.
    public private(set) var mayHaveRepeated = false

    private let client: MQTTClient
    private let topic: String
    private let topicBytes: [UInt8]
    /// Whether messages of QoS 0 share TLS records.
    private let isBatched: Bool
    private let qualityOfService: QualityOfService
    private let retain: Bool
    private let properties: [Property]
    private let window: Int
    private let timeout: Double
    /// Those that are not acknowledged, oldest first, from `head` on.
    private var entries: [Entry] = []
    private var head = 0
    private var unsent = 0
    private var bytes = 0
    private var lastProgress = MonotonicTime.now
    private var connectedSince: MonotonicTime? = .now
    private var lossesInARow = 0
    /// Whether a message of QoS 0 was sent on the present connection.
    private var hasSent = false

    /// - Parameters:
    ///   - window: the most messages on their way, 1 to `widest`.
    ///   - timeout: seconds without any acknowledgement, while connected, after which it is given up.
    public init(
        _ client: MQTTClient, topic: String, qualityOfService: QualityOfService, retain: Bool = false,
        properties: [Property] = [], window: Int, timeout: Double
    ) {
        self.client = client
        self.topic = topic
        topicBytes = Array(topic.utf8)
        isBatched = properties.isEmpty && client.canBatch(topic: topic)
        self.qualityOfService = qualityOfService
        self.retain = retain
        self.properties = properties
        self.window = min(max(1, window), OutgoingStream.widest)
        self.timeout = timeout
    }

    /// Whether one more message may be sent now.
    public var hasRoom: Bool {
        guard client.isConnected, !client.isChangingCredentials, unsent == 0 else { return false }
        return qualityOfService == .atMostOnce
            ? !client.hasUnsentOutput : count < window && bytes < OutgoingStream.mostBytes
    }

    /// Whether all messages are done.
    public var isEmpty: Bool { count == 0 && !(client.isConnected && client.hasUnsentOutput) }

    /// When the acknowledgement that is waited for counts as stalled: a deadline for `next(until:)`.
    public var deadline: MonotonicTime? { count > 0 && client.isConnected ? lastProgress + timeout : nil }

    private var count: Int { entries.count - head }

    /// Sends a message, or keeps it until the connection stands again.
    ///
    /// - Parameter line: the line of the input that it comes from, for the message of a refusal.
    public func send(_ payload: [UInt8], line: Int? = nil) throws(MQTTError) {
        if qualityOfService == .atMostOnce {
            hasSent = true
            if isBatched && payload.count + topicBytes.count < OutgoingStream.longest {
                return client.addToBatch(payload, topic: topicBytes, retain: retain)
            }
            try client.publish(payload, to: topic, retain: retain, properties: properties)
            return
        }
        if count == 0 { lastProgress = .now }
        entries.append(Entry(identifier: nil, payload: payload, line: line))
        unsent += 1
        bytes += payload.count
        try sendUnsent()
    }

    /// Sends what has been held back to go out together, once there is nothing more to send at the moment.
    public func flush() { client.sendBatch() }

    /// Takes part in what happened.
    ///
    /// - Throws: a refusal by reason code, `.publishRefused`, and `.timeout` for an acknowledgement that is overdue.
    public func handle(_ event: MQTTClient.Event) throws(MQTTError) {
        switch event {
        case .acknowledged(let identifier, let reason):
            if reason >= 128 { throw client.refusal(publish: reason, topic) }
            acknowledge(identifier)
        case .connected:
            // One moment for both: a connection on which nothing was acknowledged has made no progress since.
            lastProgress = .now
            connectedSince = lastProgress
            hasSent = false
            try sendUnsent()
        case .sessionLost:
            for index in head..<entries.count { entries[index].identifier = nil }
            unsent = count
            if count > 0 { mayHaveRepeated = true }
        case .lost(let error, _): try countLoss(error)
        case .deadline:
            if let deadline, deadline <= .now {
                throw MQTTError(
                    .timeout, "no acknowledgement from \(client.options.peer) for \(Int(timeout.rounded(.up))) s",
                    hint: qualityOfService == .exactlyOnce && completed == 0 ? MQTTClient.qualityHint : nil)
            }
        default: break
        }
    }

    private func acknowledge(_ identifier: Int32) {
        if qualityOfService == .atMostOnce {
            acknowledged += 1
            return
        }
        guard let index = (head..<entries.count).first(where: { entries[$0].identifier == identifier }) else { return }
        lastProgress = .now
        lossesInARow = 0
        acknowledged += 1
        bytes -= entries[index].payload.count
        if index == head {
            entries[head].payload = []
            head += 1
        } else {
            entries.remove(at: index)
        }
        if head == entries.count || head > 4096 {
            entries.removeFirst(head)
            head = 0
        }
    }

    /// Hands over, in order, what libmosquitto does not have.
    private func sendUnsent() throws(MQTTError) {
        while unsent > 0, client.isConnected {
            let index = entries.count - unsent
            entries[index].identifier = try client.publish(
                entries[index].payload, to: topic, qualityOfService: qualityOfService, retain: retain,
                properties: properties)
            unsent -= 1
        }
    }

    /// A broker that closes the connection each time it gets a message refuses it.
    private func countLoss(_ error: MQTTError) throws(MQTTError) {
        guard let since = connectedSince else { return }
        connectedSince = nil
        guard error.code == .connectionLost else { return }
        let hadNoEffect =
            qualityOfService == .atMostOnce ? hasSent && .now - since < 1 : count > unsent && lastProgress <= since
        lossesInARow = hadNoEffect ? lossesInARow + 1 : 0
        guard lossesInARow >= OutgoingStream.patience else { return }
        let first = head < entries.count ? entries[head] : nil
        throw client.closed(error, topic, size: first?.payload.count ?? 0, line: first?.line)
    }
}
