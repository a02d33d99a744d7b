import CMosquitto
import Glibc

// From a host name to a connection: one attempt, without blocking.
extension MQTTClient {
    /// A client of libmosquitto with all the settings that stay the same.
    static func makeHandle(
        _ options: Options, tls: TLSContext?, startsClean: Bool
    ) throws(MQTTError) -> MosquittoHandle {
        let handle = try MosquittoHandle(clientIdentifier: options.clientIdentifier, startsClean: startsClean)
        let pointer = handle.pointer
        handle.log = options.log
        mosquitto_int_option(pointer, MOSQ_OPT_PROTOCOL_VERSION, options.version.rawValue)
        // The window of unacknowledged publications is our caller's; libmosquitto holds none back.
        mosquitto_int_option(pointer, MOSQ_OPT_SEND_MAXIMUM, 0)
        if let maximum = options.receiveMaximum { mosquitto_int_option(pointer, MOSQ_OPT_RECEIVE_MAXIMUM, maximum) }
        mosquitto_int_option(pointer, MOSQ_OPT_TCP_NODELAY, options.noDelay ? 1 : 0)
        if options.username != nil || options.password != nil {
            guard mosquitto_username_pw_set(pointer, options.username, options.password) == 0 else {
                throw MQTTError(.invalid, "the user name or the password is not allowed in MQTT")
            }
        }
        if let will = options.will { try set(will, on: handle) }
        if let tls {
            mosquitto_int_option(pointer, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0)
            mosquitto_void_option(pointer, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(tls.pointer))
        }
        if !options.connectProperties.isEmpty { try keep(options.connectProperties, on: handle) }
        return handle
    }

    private static func set(_ will: Will, on handle: MosquittoHandle) throws(MQTTError) {
        try Property.check(will.properties, for: .will)
        let list = try PropertyList(will.properties)
        let code = list.withPointer {
            mosquitto_will_set_v5(
                handle.pointer, will.topic, Int32(will.payload.count), will.payload, will.qualityOfService.rawValue,
                will.isRetained, $0)
        }
        guard code == 0 else {
            throw MQTTError(.invalid, "the will on topic \"\(will.topic)\" is not allowed in MQTT")
        }
        // It is libmosquitto's from here on.
        list.release()
    }

    /// libmosquitto takes CONNECT properties in its blocking connect only: it is called with a keep-alive that it refuses, after
    /// it has kept the properties (2.0.11, 2.0.21, 2.1.2: connect.c).
    private static func keep(_ properties: [Property], on handle: MosquittoHandle) throws(MQTTError) {
        let list = try PropertyList(properties)
        let code = list.withPointer { mosquitto_connect_bind_v5(handle.pointer, "localhost", 1, 1, nil, $0) }
        guard code == MOSQ_ERR_INVAL.rawValue else {
            throw MQTTError(.invalid, "the properties of the CONNECT packet are not allowed in MQTT")
        }
    }

    /// Starts an attempt; it goes on in `step`.
    func beginAttempt() throws(MQTTError) {
        attempt = Attempt()
        attempt.deadline = .after(options.timeout)
        batch.removeAll()
        handle.requiresSession = !exactlyOnceInFlight.isEmpty
        if let path = options.unixSocket {
            attempt.addresses = [Address(host: path, port: 0)]
            return try openNextAddress()
        }
        let host = options.proxy?.host ?? options.host
        let port = options.proxy?.port ?? options.port
        if let addresses = try Resolution.immediate(host: host, port: port) {
            attempt.addresses = addresses
            return try openNextAddress()
        }
        attempt.resolution = try Resolution(host: host, port: port)
        phase = .resolving
    }

    /// Goes on where the host name has got its addresses.
    func advanceResolution() throws(MQTTError) {
        if let addresses = try attempt.resolution?.addresses() {
            attempt.resolution = nil
            attempt.addresses = addresses
            try openNextAddress()
        } else if attempt.deadline <= .now {
            throw MQTTError(.timeout, "no answer within \(seconds) to the question for the address of \(options.host)")
        }
    }

    /// Opens a connection to the next address; throws what all of them said where there is none left.
    func openNextAddress() throws(MQTTError) {
        while attempt.index < attempt.addresses.count {
            let address = attempt.addresses[attempt.index]
            let share = (attempt.deadline - .now) / Double(attempt.addresses.count - attempt.index)
            attempt.addressDeadline = .after(share)
            guard let failure = try open(address) else {
                phase = .connecting
                return
            }
            attempt.failures.append(failure)
            attempt.index += 1
        }
        throw combined(attempt.failures)
    }

    /// Opens a connection to an address; the result is why it cannot be reached.
    ///
    /// - Throws: what the peer itself answered, which another address would not change.
    private func open(_ address: Address) throws(MQTTError) -> MQTTError? {
        tls?.observation.reset()
        var host = address.host
        var port = Int32(address.port)
        if let proxy = options.proxy {
            mosquitto_socks5_set(handle.pointer, address.host, port, proxy.username, proxy.password)
            host = options.host
            port = Int32(options.port)
        }
        lastInput = .now
        errno = 0
        let code = mosquitto_connect_bind_async(handle.pointer, host, port, options.keepAlive, options.bindAddress)
        let number = errno
        releaseRetiredContexts()
        attempt.systemError = number
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue, MOSQ_ERR_CONN_PENDING.rawValue: return nil
        case MOSQ_ERR_ERRNO.rawValue, MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_TLS.rawValue:
            if isEnded(number) {
                phase = .greeting
                errno = number
                throw lossOfConnection(code)
            }
            return failure(of: address, TCPState.connectError(number))
        case MOSQ_ERR_EAI.rawValue:
            return MQTTError(
                .invalid, "cannot connect from \(options.bindAddress ?? host): it is no address of this machine")
        case MOSQ_ERR_INVAL.rawValue:
            return MQTTError(.invalid, "cannot connect to \(options.peer): a setting is out of range")
        default: return libraryError(code, "cannot connect to \(options.peer)")
        }
    }

    /// Whether a peer that is quick has ended the connection already, after TCP was established.
    private func isEnded(_ number: Int32) -> Bool {
        guard let observation = tls?.observation, observation.hasBegun else {
            return number == ECONNRESET || number == EPIPE
        }
        return observation.hasReachedPeer
    }

    /// Checks whether TCP is established.
    func finishConnecting() throws(MQTTError) {
        let number = TCPState.outcome(of: handle.socket, earlier: attempt.systemError)
        if number == ECONNRESET || number == EPIPE {
            // TCP was established, and what was sent at once made the peer close: on a busy machine after a whole handshake.
            phase = .greeting
            errno = number
            throw lossOfConnection(MOSQ_ERR_CONN_LOST.rawValue)
        }
        guard number == 0 else { return try giveUpAddress(failure(of: attempt.addresses[attempt.index], number)) }
        phase = .greeting
    }

    /// Tries the next address, where there is one.
    func giveUpAddress(_ failure: MQTTError) throws(MQTTError) {
        attempt.failures.append(failure)
        attempt.index += 1
        try openNextAddress()
    }

    func failure(of address: Address, _ number: Int32) -> MQTTError {
        MQTTError(connectingTo: options.proxy == nil ? "\(address)" : "the proxy \(address)", number)
    }

    private func combined(_ failures: [MQTTError]) -> MQTTError {
        guard let last = failures.last else {
            return MQTTError(.nameResolution, "\(options.host) has no address")
        }
        guard failures.count > 1, failures.allSatisfy({ $0.code == last.code }) else { return last }
        let addresses = attempt.addresses.map(\.description).joined(separator: ", ")
        let reason = last.message.split(separator: ": ").last.map(String.init) ?? last.message
        return MQTTError(last.code, "cannot connect to \(options.peer) (\(addresses)): \(reason)", hint: last.hint)
    }

    var seconds: String {
        options.timeout == options.timeout.rounded() ? "\(Int(options.timeout)) s" : "\(options.timeout) s"
    }
}
