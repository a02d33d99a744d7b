import CMosquitto
import Glibc

/// Many connections to one broker under one epoll(7), for one thread; each is a client of libmosquitto with a certificate of its own.
///
/// They share one SSL_CTX: a device's certificate and key are read when the broker asks for them, and let go of when the connection
/// stands. It neither resolves a name again nor comes back by itself: what is done about a loss is the caller's.
public final class ConnectionLoop {
    /// Where to connect, and how; the same for all.
    public struct Options: Sendable {
        /// The broker's name, which its certificate must be for, or its address.
        public var host: String
        public var port: UInt16
        /// Where that is, where it is known already; nil has each loop ask for it when it is made.
        public var addresses: BrokerAddresses?
        /// Whom to believe to be the broker; nil connects without TLS. Certificate and key are each member's own.
        public var tls: TLSConfiguration?
        public var version: ProtocolVersion = .v311
        /// Seconds, 5 to 65535, or 0 for none; a peer that is silent for one and a half of them counts as gone.
        public var keepAlive: Int32 = 60
        /// Seconds to the CONNACK, more than 0.
        public var timeout: Double = 30

        public init(host: String, port: UInt16, tls: TLSConfiguration? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }

        /// Host and port, as a message names them.
        public var peer: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// Who connects.
    public struct Member: Sendable {
        public var clientIdentifier: String
        public var username: String?
        /// PEM files; nil without TLS.
        public var certificateFile: String?
        public var keyFile: String?
        /// An address of this machine to connect from.
        public var bindAddress: String?

        public init(
            clientIdentifier: String, username: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
            bindAddress: String? = nil
        ) {
            self.clientIdentifier = clientIdentifier
            self.username = username
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.bindAddress = bindAddress
        }
    }

    /// What happened to one of the connections.
    public enum Event {
        /// The CONNACK is here.
        case connected
        /// It is over, or was not made; `wasConnected` tells which.
        case lost(MQTTError, wasConnected: Bool)
        /// A publication is acknowledged; at QoS 0, handed to the connection. The reason is MQTT 5's, 0 for 3.1.1.
        case acknowledged(identifier: Int32, reason: Int)
        case message(Message)
        /// The SUBACK is here: a granted QoS, or 128 and above, for each filter.
        case subscribed(reasons: [Int])
    }

    let options: Options
    let addresses: [Address]
    let context: TLSContext?
    let epoll: Epoll
    var connections: [Int: SwarmConnection] = [:]
    /// The numbers of those between the first step and the CONNACK.
    var underWay: Set<Int> = []
    var events: [(number: Int, event: Event)] = []
    var sweep = Sweep()
    /// What the peer answers without TLS; nil until a closed handshake made the loop ask.
    var plainGreeting: PlainGreeting?
    /// The one that libmosquitto or OpenSSL was called for last.
    var current: SwarmConnection?

    /// Finds the broker's addresses, where they are not known, and reads whom to trust.
    ///
    /// - Throws: `.nameResolution`, `.timeout`, and what is wrong with the TLS settings.
    public init(_ options: Options) throws(MQTTError) {
        self.options = options
        if let known = options.addresses {
            addresses = known.all
        } else {
            addresses = try BrokerAddresses(of: options.host, port: options.port, timeout: options.timeout).all
        }
        epoll = try Epoll()
        if let tls = options.tls {
            let context = try TLSContext(tls, host: options.host)
            self.context = context
            context.watch.observation = nil
        } else {
            context = nil
        }
        // The context asks during a handshake alone, and only this loop's own calls take one on.
        context?.watch.handOver = { [unowned self] ssl in handOver(to: ssl) }
    }

    /// How many are between the first step and the CONNACK.
    public var handshakes: Int { underWay.count }

    /// Whether a connection stands.
    public func isConnected(_ number: Int) -> Bool { connections[number]?.phase == .connected }

    /// Waits until something happens, at most until `end`, and tells it.
    ///
    /// - Parameter body: may do anything with this loop but wait.
    public func wait(until end: MonotonicTime, _ body: (Int, Event) -> Void) {
        let soon = MonotonicTime.after(underWay.isEmpty ? 0.25 : 0.02)
        epoll.wait(until: events.isEmpty ? min(end, soon) : .now) { ready in
            if let connection = connections[ready.number] { serve(connection, ready.events) }
        }
        checkDeadlines()
        sweepThrough()
        let happened = events
        events.removeAll(keepingCapacity: true)
        for (number, event) in happened { body(number, event) }
    }

    /// Publishes a message; `.acknowledged` with the identifier that is returned says that it is done.
    ///
    /// At QoS 1 and 2 libmosquitto sends it again, in order, on the next connection of the same number.
    /// - Returns: nil where there is no connection, or it takes the message not.
    public func publish(
        _ number: Int, _ payload: [UInt8], to topic: String, qualityOfService: QualityOfService
    ) -> Int32? {
        guard let connection = connections[number], connection.phase == .connected else { return nil }
        enter(connection)
        var identifier: Int32 = 0
        let code = mosquitto_publish(
            connection.handle.pointer, &identifier, topic, Int32(clamping: payload.count), payload,
            qualityOfService.rawValue, false)
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue: break
        case MOSQ_ERR_NO_CONN.rawValue, MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_ERRNO.rawValue, MOSQ_ERR_TLS.rawValue:
            // Queued all the same; what follows from the loss is found by the next wait.
            break
        default: return nil
        }
        // At QoS 0 it reports at once that it is done.
        _ = collectReports(connection)
        settle(connection)
        return identifier
    }

    /// Subscribes on a connection that stands; it must be done again on the next.
    ///
    /// - Returns: whether it could be asked for.
    public func subscribe(_ number: Int, to filter: String, qualityOfService: QualityOfService) -> Bool {
        guard let connection = connections[number], connection.phase == .connected else { return false }
        enter(connection)
        let code = mosquitto_subscribe(connection.handle.pointer, nil, filter, qualityOfService.rawValue)
        settle(connection)
        return code == MOSQ_ERR_SUCCESS.rawValue
    }

    /// Ends a connection in good order where it stands; what it has not sent goes with the next of the same number. Nothing is told
    /// but what is acknowledged until then.
    public func leave(_ number: Int) {
        guard let connection = connections[number], connection.phase != .idle else { return }
        underWay.remove(number)
        enter(connection)
        if connection.phase == .connected {
            mosquitto_disconnect(connection.handle.pointer)
            mosquitto_loop_write(connection.handle.pointer, 1)
        }
        close(connection)
        connection.attempt = nil
        current = nil
    }

    /// Ends a connection in good order where it stands, and forgets it with all that it has not sent; nothing is told of it.
    public func remove(_ number: Int) {
        leave(number)
        if let connection = connections.removeValue(forKey: number), current === connection { current = nil }
    }

    /// Says for which connection libmosquitto and OpenSSL are called next.
    func enter(_ connection: SwarmConnection) {
        current = connection
        context?.watch.observation = connection.attempt?.observation
    }
}
