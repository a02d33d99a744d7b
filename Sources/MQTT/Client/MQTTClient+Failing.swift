import CMosquitto
import Glibc

// The connection is lost or was not made: why, and what follows.
extension MQTTClient {
    /// Throws where coming back cannot help or is not wanted; else waits for the next attempt.
    func fail(_ error: MQTTError) throws(MQTTError) {
        let wasConnected = phase == .connected
        dropSocket()
        tls?.observation.letGo()
        hasUnreadInput = false
        if takeBackCredentials(error) { return }
        failures = Backoff.failures(after: failures, connectedSince: wasConnected ? connectedSince : nil)
        let isLast = options.maximumReconnects.map { failures > $0 } ?? false
        guard hasConnected, options.reconnects, !error.isPermanent, !isLast else {
            phase = .ended
            throw error
        }
        let pause = options.backoff.pause(before: failures)
        phase = .waiting(until: .after(pause))
        queue.append(.lost(error, pause: pause))
    }

    /// libmosquitto closes a connection when it reads its end, and not before.
    func dropSocket() {
        let socket = handle.socket
        guard socket >= 0 else { return }
        shutdown(socket, Int32(SHUT_RDWR))
        for _ in 0..<4 where handle.socket >= 0 { mosquitto_loop_read(handle.pointer, 1) }
        handle.reports.removeAll { if case .disconnected = $0 { true } else { false } }
    }

    /// Why the connection ended, from libmosquitto's code and from what was seen of TLS.
    func lossOfConnection(_ code: Int32) -> MQTTError {
        let number = errno
        if phase == .connected {
            if let reason = brokersReason { return disconnected(reason) }
            switch code {
            case MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_PACKET.rawValue:
                return MQTTError(
                    .protocolViolation, "\(options.peer) sent something that MQTT does not allow here",
                    hint: exactlyOnceInFlight.isEmpty ? nil : MQTTClient.qualityHint)
            default:
                if tls?.observation.alert != nil, let error = tlsError(), error.isPermanent { return error }
                let moment = unansweredSubscriptions > 0 ? " before it answered SUBSCRIBE" : ""
                return MQTTError(
                    .connectionLost, "the connection to \(options.peer) was lost\(moment)",
                    hint: moment.isEmpty ? nil : "the broker may not allow the topic filter: see its log")
            }
        }
        if options.proxy != nil, let error = proxyError(code) { return error }
        if let observation = tls?.observation {
            observation.readLateAlert()
            if let error = tlsError() { return error }
            if !observation.isSecured { return closedInHandshake() }
        }
        switch code {
        case MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_PACKET.rawValue:
            return notMQTT
        case MOSQ_ERR_NOMEM.rawValue: return MQTTError(.library, "out of memory")
        default:
            if let reason = tlsFailure?.unspoken { return reason }
            if tls == nil, case .other = plainGreeting { return notMQTT }
            let reason = number == ECONNRESET ? ": connection reset by peer" : ""
            return MQTTError(
                .closedBeforeConnack, "\(options.peer) closed the connection before it answered\(reason)",
                hint: versionHint ?? (tls == nil ? tlsHint : nil))
        }
    }

    private var notMQTT: MQTTError {
        MQTTError(.protocolViolation, "\(options.peer) does not answer in MQTT", hint: tls == nil ? tlsHint : nil)
    }

    /// A broker that does not speak MQTT 5 may close the connection, or not answer, instead of a refusal.
    private var versionHint: String? {
        options.version == .v5 ? "the broker may not speak MQTT 5: run it again with -V 311" : nil
    }

    /// A broker without QoS 2 answers it with the PUBACK of QoS 1, as RabbitMQ does, or not at all, as Mosca does.
    static let qualityHint = "the broker may not support QoS 2: run it again with -q 1"

    /// What may help who speaks plain MQTT to what may be TLS.
    private var tlsHint: String? {
        if options.unixSocket != nil { return nil }
        return options.port == 8883
            ? "port 8883 speaks TLS: name the CA file with --cafile"
            : "if TLS is behind that port, name the CA file with --cafile"
    }

    /// The reason code of the DISCONNECT that the broker sent, if it sent one.
    private var brokersReason: Int? {
        lastDisconnect >= 128 ? Int(lastDisconnect) : nil
    }

    private func disconnected(_ reason: Int) -> MQTTError {
        let text = ReasonCode.text(reason)
        let hint: String? =
            switch reason {
            case 142: "another client connected with the client identifier \(options.clientIdentifier ?? "")"
            case 135: "the broker does not allow this device what it tried to do"
            default: nil
            }
        return MQTTError(.disconnect(reason), "\(options.peer) ended the connection: \(text)", hint: hint)
    }

    private var tlsFailure: TLSFailure? {
        tls.map {
            TLSFailure(
                observation: $0.observation, configuration: $0.configuration,
                certificateFile: $0.configuration.certificateFile, peer: options.peer,
                wasAccepted: hasConnected && formerContext == nil)
        }
    }

    private func tlsError() -> MQTTError? { tlsFailure?.error }

    /// The reason where the peer closed the connection before the end of the TLS handshake.
    func closedInHandshake() -> MQTTError {
        tlsFailure?.closed(greeting: plainGreeting) ?? lossOfConnection(MOSQ_ERR_CONN_LOST.rawValue)
    }

    /// What the peer of a first connection answers without TLS; waits for up to 2 s for each of two answers.
    private var plainGreeting: PlainGreeting {
        guard !hasConnected, options.proxy == nil, options.unixSocket == nil, attempt.index < attempt.addresses.count
        else { return .closed }
        let target = BrokerProbe.Target(address: attempt.addresses[attempt.index])
        return BrokerProbe(options).identify(target, within: min(2, attempt.deadline - .now))
    }

    func lateConnack() -> MQTTError {
        let isInHandshake = tls != nil && !isSecured
        let stage = isInHandshake ? "no end of the TLS handshake" : "no CONNACK"
        return MQTTError(
            .timeout, "\(stage) from \(options.peer) within the time limit of \(seconds)",
            hint: isInHandshake ? nil : versionHint)
    }

    private var isSecured: Bool {
        mosquitto_ssl_get(handle.pointer).map { SSL_is_init_finished(OpaquePointer($0)) == 1 } ?? false
    }

    private func proxyError(_ code: Int32) -> MQTTError? {
        guard let proxy = options.proxy else { return nil }
        let name = "\(proxy.host):\(proxy.port)"
        switch code {
        case MOSQ_ERR_PROXY.rawValue:
            return MQTTError(.proxy, "\(name) is no SOCKS5 proxy, or it could not connect to \(options.peer)")
        case MOSQ_ERR_AUTH.rawValue: return MQTTError(.proxy, "the proxy \(name) refuses this user")
        case MOSQ_ERR_NO_CONN.rawValue: return MQTTError(.proxy, "the proxy \(name) cannot reach \(options.peer)")
        default: return nil
        }
    }

    func libraryError(_ code: Int32, _ what: String) -> MQTTError {
        MQTTError(.library, "\(what): \(String(cString: mosquitto_strerror(code)).lowercased().filter { $0 != "." })")
    }

    /// The error behind a CONNACK that says no; MQTT 3.1.1, section 3.2.2.3, and MQTT 5, section 3.2.2.2.
    func refusal(connack reason: Int, _ properties: [Property]) -> MQTTError {
        var text = reason < 128 ? ReasonCode.connackText(reason) : ReasonCode.text(reason)
        for case .string(let words) in properties.filter({ $0.identifier == 31 }).map(\.value) {
            text += " (\(words.filter { !$0.isNewline }))"
        }
        let identity = options.clientIdentifier.map { " of \($0)" } ?? ""
        var hint: String?
        switch reason {
        case 1, 132: hint = options.version == .v5 ? "use MQTT 3.1.1: -V 311" : "choose another version of MQTT with -V"
        case 4, 5, 134, 135:
            if let tls, tls.configuration.certificateFile != nil, !tls.observation.certificateWasRequested {
                hint = "the broker did not ask for the certificate"
            }
        default: break
        }
        return MQTTError(.connack(reason), "\(options.peer) refuses the connection\(identity): \(text)", hint: hint)
    }
}
