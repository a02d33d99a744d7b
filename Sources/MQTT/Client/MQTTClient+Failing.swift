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
        if !wasConnected { failedAttempts += 1 }
        let isLast = options.maximumReconnects.map { failedAttempts >= $0 } ?? false
        guard hasConnected, options.reconnects, !error.isPermanent, !isLast else {
            phase = .ended
            throw error
        }
        let pause = options.backoff.pause(before: failedAttempts + 1)
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
                return MQTTError(.protocolViolation, "\(options.peer) sent something that is no MQTT")
            default:
                if tls?.observation.alert != nil, let error = tlsError(), error.isPermanent { return error }
                return MQTTError(.connectionLost, "the connection to \(options.peer) was lost")
            }
        }
        if options.proxy != nil, let error = proxyError(code) { return error }
        if let observation = tls?.observation {
            observation.readLateAlert()
            if let error = tlsError() { return error }
            if !observation.isSecured { return closedBeforeSecured(heardNothing: !observation.hasHeard) }
        }
        switch code {
        case MOSQ_ERR_PROTOCOL.rawValue, MOSQ_ERR_MALFORMED_PACKET.rawValue:
            return MQTTError(
                .protocolViolation, "\(options.peer) does not answer in MQTT", hint: tls == nil ? tlsHint : nil)
        case MOSQ_ERR_NOMEM.rawValue: return MQTTError(.library, "out of memory")
        default:
            let reason = number == ECONNRESET ? ": connection reset by peer" : ""
            return MQTTError(
                .closedBeforeConnack, "\(options.peer) closed the connection before it answered\(reason)",
                hint: tls == nil ? tlsHint : nil)
        }
    }

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
        tls.map { TLSFailure(observation: $0.observation, configuration: $0.configuration, peer: options.peer) }
    }

    private func tlsError() -> MQTTError? { tlsFailure?.error }

    /// The reason where the peer hung up before TLS stood, or before anything was said where there is none.
    func closedBeforeSecured(heardNothing: Bool) -> MQTTError {
        guard let tlsFailure else { return lossOfConnection(MOSQ_ERR_CONN_LOST.rawValue) }
        return tlsFailure.closed(heardNothing: heardNothing && !hasConnected)
    }

    func lateConnack() -> MQTTError {
        let stage = tls != nil && !isSecured ? "no end of the TLS handshake" : "no CONNACK"
        return MQTTError(.timeout, "\(stage) from \(options.peer) within the time limit of \(seconds)")
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
        case 1, 132: hint = "choose another version of the protocol with --protocol-version"
        case 2, 133: hint = "the platform expects TENANT:DEVICE as client identifier"
        case 4, 5, 134, 135:
            hint =
                if let tls, tls.configuration.certificateFile != nil, !tls.observation.certificateWasRequested {
                    "the broker did not ask for the certificate"
                } else {
                    "the client identifier must be TENANT:DEVICE, and the certificate that device's own"
                }
        default: break
        }
        return MQTTError(.connack(reason), "\(options.peer) refuses the connection\(identity): \(text)", hint: hint)
    }
}
