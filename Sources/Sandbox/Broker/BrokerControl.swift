import BrokerAccess
import CMosquitto
import Glibc
import Threads

/// The sandbox's own connection to its broker, over a unix socket: orders to our plugin, messages to devices, and what devices say.
final class BrokerControl: @unchecked Sendable {  // `client` never changes; libmosquitto locks what it points to
    /// A message that came: its topic and its payload.
    typealias Receiver = @Sendable (String, [UInt8]) -> Void

    private struct Status {
        var isSubscribed = false
        /// The marks of orders that are not carried out yet.
        var open: Set<String> = []
    }

    private let client: OpaquePointer
    private let topics: [String]
    private let receive: Receiver
    private let status = Guarded(Status())

    /// Makes the connection, which then comes back by itself.
    ///
    /// - Parameter topics: What to subscribe to, besides the plugin's answers.
    init(
        socket: String, access: AccessSettings, topics: [String], receive: @escaping Receiver
    ) throws(SandboxError) {
        mosquitto_lib_init()
        // The prefix is what a broker like Mosca asks of everyone; the rest nobody can guess, and take the connection over.
        let identifier = "\(access.topics.tenant):sandbox-\(Random.hex(digits: 16))"
        // With no object of its own, libmosquitto would hand itself to the callbacks.
        var placeholder = 0
        guard let client = mosquitto_new(identifier, true, &placeholder) else {
            throw SandboxError(.broker, "cannot make an MQTT client: \(String(cString: strerror(errno)))")
        }
        self.client = client
        self.topics = [AccessControl.answerTopic] + topics
        self.receive = receive
        mosquitto_user_data_set(client, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_username_pw_set(client, access.controlName, access.controlPassword)
        mosquitto_reconnect_delay_set(client, 1, 1, false)
        mosquitto_connect_callback_set(client, connected)
        mosquitto_subscribe_callback_set(client, subscribed)
        mosquitto_disconnect_callback_set(client, disconnected)
        mosquitto_message_callback_set(client, received)
        let code = mosquitto_connect(client, socket, 0, 60)
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            // Thrown with all fields set: deinit frees the client.
            throw SandboxError(.broker, "cannot connect to mosquitto: \(String(cString: mosquitto_strerror(code)))")
        }
        mosquitto_loop_start(client)
    }

    deinit { mosquitto_destroy(client) }

    /// Ends the connection.
    func stop() {
        mosquitto_disconnect(client)
        mosquitto_loop_stop(client, false)
    }

    /// Waits until it is connected and subscribed.
    func waitUntilReady(seconds: Double) -> Bool {
        status.wait(seconds: seconds) { $0.isSubscribed ? true : nil } ?? false
    }

    /// Publishes at QoS 0, not retained, as the platform does to devices.
    func publish(_ payload: [UInt8], to topic: String) throws(SandboxError) {
        let code = mosquitto_publish(client, nil, topic, Int32(payload.count), payload, 0, false)
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            throw SandboxError(.broker, "cannot publish to \(topic): \(String(cString: mosquitto_strerror(code)))")
        }
    }

    /// Has the plugin carry out an order, soon.
    func order(_ lines: [AccessLine]) { _ = send(lines, mark: "-") }

    /// Has the plugin begin with an order; gives the mark to wait for.
    func begin(_ lines: [AccessLine]) throws(SandboxError) -> String {
        // Right after mosquitto was started again, the connection takes a moment to come back.
        guard waitUntilReady(seconds: 5) else { throw SandboxError(.broker, "mosquitto does not answer") }
        let mark = Random.hex(digits: 16)
        status.withLock { _ = $0.open.insert(mark) }
        let code = send(lines, mark: mark)
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            status.withLock { _ = $0.open.remove(mark) }
            throw SandboxError(.broker, "cannot command mosquitto: \(String(cString: mosquitto_strerror(code)))")
        }
        return mark
    }

    /// Waits until the order of a mark is carried out.
    func finish(_ mark: String) throws(SandboxError) {
        let isDone: Bool? = status.wait(seconds: 15) { $0.open.contains(mark) ? nil : true }
        guard isDone == nil else { return }
        status.withLock { _ = $0.open.remove(mark) }
        throw SandboxError(.broker, "mosquitto did not answer a command in time")
    }

    private func send(_ lines: [AccessLine], mark: String) -> Int32 {
        let payload = Array("\(mark)\n".utf8) + AccessLine.text(lines)
        return mosquitto_publish(client, nil, AccessControl.topic, Int32(payload.count), payload, 1, false)
    }

    fileprivate func handleConnection(code: Int32) {
        guard code == 0 else { return }
        // At QoS 0: mosquitto reads one acknowledgement a round of its loop, in which a fleet says thousands of things. Nothing is
        // lost on a socket of this machine but by its end, and then QoS 1 with a clean session would lose it as well.
        for topic in topics { mosquitto_subscribe(client, nil, topic, 0) }
    }

    fileprivate func handleSubscription() {
        status.withLock { $0.isSubscribed = true }
    }

    fileprivate func handleDisconnection() { status.withLock { $0.isSubscribed = false } }

    fileprivate func handle(topic: String, payload: [UInt8]) {
        guard topic == AccessControl.answerTopic else { return receive(topic, payload) }
        status.withLock { _ = $0.open.remove(String(decoding: payload, as: UTF8.self)) }
    }
}

private func control(_ context: UnsafeMutableRawPointer?) -> BrokerControl? {
    context.map { Unmanaged<BrokerControl>.fromOpaque($0).takeUnretainedValue() }
}

private func connected(_ client: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ code: Int32) {
    control(context)?.handleConnection(code: code)
}

private func subscribed(
    _ client: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ message: Int32, _ count: Int32,
    _ granted: UnsafePointer<Int32>?
) {
    control(context)?.handleSubscription()
}

private func disconnected(_ client: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ code: Int32) {
    control(context)?.handleDisconnection()
}

private func received(
    _ client: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ message: UnsafePointer<mosquitto_message>?
) {
    guard let message = message?.pointee, let topic = message.topic else { return }
    let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    control(context)?.handle(topic: String(cString: topic), payload: Array(payload))
}
