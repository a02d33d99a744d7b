import CMosquitto
import Glibc

/// One client of libmosquitto, and the events that its callbacks reported.
///
/// libmosquitto keeps a pointer to this object, so it is a class that never moves; it frees the client with itself.
final class MosquittoHandle {
    /// What a callback reported, in the order of arrival.
    enum Report {
        case connack(reason: Int, sessionPresent: Bool, properties: [Property])
        case acknowledged(identifier: Int32, reason: Int, properties: [Property])
        case message(Message)
        case subscribed(identifier: Int32, reasons: [Int])
        case unsubscribed(identifier: Int32, reasons: [Property])
        case disconnected(code: Int32)
    }

    let pointer: OpaquePointer
    var reports: [Report] = []
    /// Whether a CONNACK that tells of no session must end the connection before anything is sent again.
    var requiresSession = false
    /// Gets all that libmosquitto logs, which formats each line where there is a callback.
    var log: (@Sendable (String) -> Void)? {
        didSet { mosquitto_log_callback_set(pointer, log == nil ? nil : MosquittoHandle.onLog) }
    }
    /// Whether packets are only queued until `mosquitto_loop_write` is called, so that what was read need not be acknowledged at once.
    ///
    /// libmosquitto 2.1 reads up to 4096 bytes at once and handles all packets in them. 2.0 reads one packet at a time: with it nothing
    /// needs to be queued, and nothing is.
    var defersOutput: Bool = false {
        didSet {
            guard MosquittoHandle.readsAhead else {
                defersOutput = false
                return
            }
            mosquitto_threaded_set(pointer, defersOutput)
        }
    }
    private static let readsAhead = mosquitto_lib_version(nil, nil, nil) >= 2_001_000
    private var lastTopic: (bytes: [UInt8], text: String) = ([], "")

    /// Once for the process; nothing needs cleaning up at its end. OpenSSL writes to sockets whose peer may be gone: libmosquitto ignores
    /// SIGPIPE up to 2.0.11 only.
    private static let isInitialized: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return mosquitto_lib_init() == 0
    }()

    /// - Parameter clientIdentifier: nil lets the broker choose one.
    init(clientIdentifier: String?, startsClean: Bool) throws(MQTTError) {
        guard MosquittoHandle.isInitialized else { throw MQTTError(.library, "libmosquitto cannot be initialized") }
        if clientIdentifier == "" || (clientIdentifier == nil && !startsClean) {
            throw MQTTError(.invalid, "a session that lasts needs a client identifier")
        }
        guard let pointer = mosquitto_new(clientIdentifier, startsClean, nil) else {
            let reason = String(cString: strerror(errno))
            throw MQTTError(.invalid, "the client identifier \"\(clientIdentifier ?? "")\" is not allowed: \(reason)")
        }
        self.pointer = pointer
        mosquitto_user_data_set(pointer, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_connect_v5_callback_set(pointer, MosquittoHandle.onConnect)
        mosquitto_disconnect_v5_callback_set(pointer, MosquittoHandle.onDisconnect)
        mosquitto_publish_v5_callback_set(pointer, MosquittoHandle.onPublish)
        mosquitto_message_v5_callback_set(pointer, MosquittoHandle.onMessage)
        mosquitto_subscribe_v5_callback_set(pointer, MosquittoHandle.onSubscribe)
        mosquitto_unsubscribe_v5_callback_set(pointer, MosquittoHandle.onUnsubscribe)
    }

    deinit {
        mosquitto_destroy(pointer)
    }

    /// Whether a message was reported.
    var hasReportedMessage: Bool { reports.contains { if case .message = $0 { true } else { false } } }

    /// The socket, or -1.
    var socket: Int32 { mosquitto_socket(pointer) }

    fileprivate func topic(_ text: UnsafePointer<CChar>) -> String {
        let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
        if bytes.count == lastTopic.bytes.count && lastTopic.bytes.elementsEqual(bytes) { return lastTopic.text }
        lastTopic = (Array(bytes), String(cString: text))
        return lastTopic.text
    }
}

// What libmosquitto calls, always from within one of its functions that the client called.
extension MosquittoHandle {
    private static func of(_ data: UnsafeMutableRawPointer?) -> MosquittoHandle? {
        data.map { Unmanaged<MosquittoHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let onConnect:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, Int32, OpaquePointer?) -> Void = {
            client, data, reason, flags, properties in
            guard let handle = MosquittoHandle.of(data) else { return }
            let sessionPresent = flags & 1 != 0
            if reason == 0 && handle.requiresSession && !sessionPresent {
                // Queued before what libmosquitto would send again, and it closes the connection.
                mosquitto_disconnect(client)
            }
            handle.reports.append(
                .connack(
                    reason: Int(reason), sessionPresent: sessionPresent, properties: PropertyList.read(properties)))
        }

    private static let onDisconnect:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, OpaquePointer?) -> Void = { _, data, code, _ in
            MosquittoHandle.of(data)?.reports.append(.disconnected(code: code))
        }

    private static let onPublish:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, Int32, OpaquePointer?) -> Void = {
            _, data, identifier, reason, properties in
            MosquittoHandle.of(data)?.reports.append(
                .acknowledged(
                    identifier: identifier, reason: Int(reason),
                    properties: properties == nil ? [] : PropertyList.read(properties)))
        }

    private static let onMessage:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, UnsafePointer<mosquitto_message>?, OpaquePointer?
        ) -> Void = { _, data, message, properties in
            guard let handle = MosquittoHandle.of(data), let message = message?.pointee, let topic = message.topic
            else {
                return
            }
            let payload = UnsafeRawBufferPointer(
                start: message.payload, count: message.payload == nil ? 0 : Int(message.payloadlen))
            handle.reports.append(
                .message(
                    Message(
                        topic: handle.topic(topic), payload: Array(payload),
                        qualityOfService: QualityOfService(rawValue: message.qos) ?? .atMostOnce,
                        isRetained: message.retain, identifier: message.mid,
                        properties: properties == nil ? [] : PropertyList.read(properties))))
        }

    private static let onSubscribe:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, Int32, Int32, UnsafePointer<Int32>?, OpaquePointer?
        ) -> Void = { _, data, identifier, count, granted, _ in
            let reasons = UnsafeBufferPointer(start: granted, count: granted == nil ? 0 : Int(count)).map { Int($0) }
            MosquittoHandle.of(data)?.reports.append(.subscribed(identifier: identifier, reasons: reasons))
        }

    private static let onUnsubscribe:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, OpaquePointer?) -> Void = {
            _, data, identifier, properties in
            MosquittoHandle.of(data)?.reports.append(
                .unsubscribed(identifier: identifier, reasons: PropertyList.read(properties)))
        }

    private static let onLog:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?) -> Void = {
            _, data, _, text in
            guard let handle = MosquittoHandle.of(data), let text else { return }
            handle.log?(String(cString: text))
        }
}
