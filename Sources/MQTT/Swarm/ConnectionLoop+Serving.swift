import CMosquitto
import Glibc

// What comes on a connection, and what ends it.
extension ConnectionLoop {
    /// Does what a connection's descriptor is ready for.
    func serve(_ connection: SwarmConnection, _ ready: UInt32) {
        enter(connection)
        switch connection.phase {
        case .idle: return
        case .dying(_, let code): return lose(connection, code)
        case .connecting: guard finishConnecting(connection) else { return }
        case .greeting:
            if let ssl = connection.handshake, hasEnded(connection, ssl) { return }
        case .connected: break
        }
        connection.lastInput = .now
        var code = read(connection)
        if code == 0, connection.handle.socket >= 0, mosquitto_want_write(connection.handle.pointer),
            connection.handshake == nil
        {
            code = mosquitto_loop_write(connection.handle.pointer, 1)
        }
        guard collectReports(connection) else { return }
        if code != 0 || connection.handle.socket < 0 { return lose(connection, code) }
        settle(connection)
        guard connection.phase == .greeting else { return }
        // The broker's session ticket waits for our acknowledgement (Nagle), and ours is delayed by 40 ms unless the kernel is told
        // each time not to.
        var on: Int32 = 1
        setsockopt(
            connection.handle.socket, Int32(IPPROTO_TCP), TCP_QUICKACK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Reads until there is nothing left.
    private func read(_ connection: SwarmConnection) -> Int32 {
        var drained: Int32 = 0
        repeat {
            let code = dojot_loop_read(connection.handle.pointer, &drained)
            if code != 0 || connection.handle.socket < 0 { return code }
            // A handshake whose socket broke neither fails nor drains: the next turn tells, see `hasEnded`.
            if connection.handshake != nil { return 0 }
        } while drained == 0
        return 0
    }

    /// libmosquitto takes an end in the middle of the handshake for "still connecting", and would be called for ever.
    private func hasEnded(_ connection: SwarmConnection, _ ssl: OpaquePointer) -> Bool {
        var byte: UInt8 = 0
        let count = recv(connection.handle.socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        guard count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) else { return false }
        finish(connection, reasonOfEnd(connection, MOSQ_ERR_CONN_LOST.rawValue))
        return true
    }

    /// Turns what libmosquitto reported into events; false where the connection is over by that.
    func collectReports(_ connection: SwarmConnection) -> Bool {
        guard !connection.handle.reports.isEmpty else { return true }
        let reports = connection.handle.reports
        // With no room kept: ten thousands of connections are silent most of the time.
        connection.handle.reports = []
        for report in reports {
            switch report {
            case .connack(let reason, _, _):
                guard reason == 0 else {
                    finish(connection, refusal(connack: reason, connection))
                    return false
                }
                stand(connection)
            case .message(let message): events.append((connection.number, .message(message)))
            case .acknowledged(let identifier, let reason, _): acknowledge(connection, identifier, reason)
            case .subscribed(_, let reasons): events.append((connection.number, .subscribed(reasons: reasons)))
            case .unsubscribed: break
            case .disconnected(let code): connection.disconnectReason = code
            }
        }
        return true
    }

    private func acknowledge(_ connection: SwarmConnection, _ identifier: Int32, _ reason: Int) {
        events.append((connection.number, .acknowledged(identifier: identifier, reason: reason)))
    }

    /// The CONNACK is here: what only the attempt needed goes.
    private func stand(_ connection: SwarmConnection) {
        if connection.watched >= 0 { epoll.remove(connection.watched) }
        connection.attempt?.observation?.letGo()
        connection.attempt = nil
        context?.watch.observation = nil
        underWay.remove(connection.number)
        if let ssl = mosquitto_ssl_get(connection.handle.pointer) {
            // Certificate and key have done their work.
            SSL_certs_clear(OpaquePointer(ssl))
        }
        connection.phase = .connected
        connection.lastInput = .now
        events.append((connection.number, .connected))
        watch(connection)
    }

    /// The connection is over, by libmosquitto's code: now, or once the peer's reason had its time to arrive.
    func lose(_ connection: SwarmConnection, _ code: Int32) {
        if case .dying(let end, _) = connection.phase {
            guard isExplained(connection) || end <= .now else { return }
            return finish(connection, reasonOfEnd(connection, code))
        }
        if connection.phase == .greeting, let observation = connection.attempt?.observation, observation.isSecured,
            !isExplained(connection)
        {
            // Under TLS 1.3 the broker refuses our certificate after our handshake is over, and our write may fail before that is read.
            connection.phase = .dying(until: .after(TLSObservation.alertPatience), code: code)
            return settle(connection)
        }
        finish(connection, reasonOfEnd(connection, code))
    }

    /// Whether TLS itself tells why; what has arrived of the peer's reason is read.
    private func isExplained(_ connection: SwarmConnection) -> Bool {
        guard let attempt = connection.attempt, let observation = attempt.observation else { return false }
        if attempt.ownError != nil { return true }
        observation.readLateAlert(patience: 0)
        return observation.alert != nil || observation.refusal != nil
    }

    private func reasonOfEnd(_ connection: SwarmConnection, _ code: Int32) -> MQTTError {
        guard let attempt = connection.attempt else {
            if connection.disconnectReason >= 128 {
                let reason = Int(connection.disconnectReason)
                return MQTTError(
                    .disconnect(reason), "\(options.peer) ended the connection: \(ReasonCode.text(reason))")
            }
            if code == MOSQ_ERR_PROTOCOL.rawValue || code == MOSQ_ERR_MALFORMED_PACKET.rawValue {
                return MQTTError(.protocolViolation, "\(options.peer) sent something that MQTT does not allow here")
            }
            return MQTTError(.connectionLost, "the connection to \(options.peer) was lost")
        }
        if let error = attempt.ownError { return error }
        var unspoken: MQTTError?
        if let observation = attempt.observation, let configuration = options.tls {
            observation.readLateAlert(patience: 0)
            let failure = TLSFailure(
                observation: observation, configuration: configuration,
                certificateFile: attempt.member.certificateFile, peer: options.peer)
            if let error = failure.error { return error }
            if !observation.isSecured {
                return failure.closed(greeting: plainGreeting(of: addresses[attempt.address]))
            }
            unspoken = failure.unspoken
        }
        if code == MOSQ_ERR_PROTOCOL.rawValue || code == MOSQ_ERR_MALFORMED_PACKET.rawValue {
            return MQTTError(.protocolViolation, "\(options.peer) does not answer in MQTT")
        }
        return unspoken ?? MQTTError(.closedBeforeConnack, "\(options.peer) closed the connection before it answered")
    }

    /// What the peer answers without TLS. Waits for up to 0.5 s for each of two answers, the first time only.
    private func plainGreeting(of address: Address) -> PlainGreeting {
        if let plainGreeting { return plainGreeting }
        let probe = BrokerProbe(MQTTClient.Options(host: options.host, port: options.port))
        let greeting = probe.identify(BrokerProbe.Target(address: address), within: 0.5)
        plainGreeting = greeting
        return greeting
    }

    private func refusal(connack reason: Int, _ connection: SwarmConnection) -> MQTTError {
        let text = reason < 128 ? ReasonCode.connackText(reason) : ReasonCode.text(reason)
        let identity = connection.attempt?.member.clientIdentifier ?? ""
        return MQTTError(.connack(reason), "\(options.peer) refuses the connection of \(identity): \(text)")
    }

    /// Lets go of a connection that is over or was not made, and tells it.
    func finish(_ connection: SwarmConnection, _ error: MQTTError) {
        let wasConnected = connection.phase == .connected
        close(connection)
        connection.attempt = nil
        underWay.remove(connection.number)
        events.append((connection.number, .lost(error, wasConnected: wasConnected)))
    }

    /// Closes a connection's socket, whatever it was at; what arrived before, and is read by that, still acknowledges.
    func close(_ connection: SwarmConnection) {
        let duplicate = connection.attempt?.observation?.descriptor ?? -1
        if connection.watched >= 0, connection.watched == duplicate || connection.watched == connection.handle.socket {
            epoll.remove(connection.watched)
        }
        connection.watched = -1
        let socket = connection.handle.socket
        if socket >= 0 {
            // libmosquitto closes a connection when it reads its end, and not before.
            shutdown(socket, Int32(SHUT_RDWR))
            for _ in 0..<4 where connection.handle.socket >= 0 { mosquitto_loop_read(connection.handle.pointer, 1) }
        }
        for case .acknowledged(let identifier, let reason, _) in connection.handle.reports {
            acknowledge(connection, identifier, reason)
        }
        connection.handle.reports = []
        connection.attempt?.observation?.letGo()
        context?.watch.observation = nil
        connection.phase = .idle
    }
}
