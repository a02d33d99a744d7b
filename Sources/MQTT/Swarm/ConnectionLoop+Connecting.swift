import CLinux
import CMosquitto
import Glibc

// From a number to a connection: one attempt, without blocking.
extension ConnectionLoop {
    /// Begins to connect; `.connected` or `.lost` says what came of it.
    ///
    /// - Parameter number: the caller's; the same one again goes on with what the connection before had not sent.
    /// - Throws: what is wrong with the member's name.
    public func connect(_ number: Int, as member: Member) throws(MQTTError) {
        let connection: SwarmConnection
        if let known = connections[number] {
            guard known.phase == .idle else { return }
            connection = known
        } else {
            connection = SwarmConnection(number: number, handle: try makeHandle(member))
            connections[number] = connection
        }
        let observation = context.map { _ in TLSObservation(host: options.host) }
        connection.attempt = SwarmConnection.Attempt(
            member: member, deadline: .after(options.timeout), observation: observation)
        connection.disconnectReason = 0
        underWay.insert(number)
        openNextAddress(connection)
    }

    private func makeHandle(_ member: Member) throws(MQTTError) -> MosquittoHandle {
        var settings = MQTTClient.Options(
            host: options.host, port: options.port, clientIdentifier: member.clientIdentifier)
        settings.version = options.version
        settings.username = member.username
        settings.noDelay = true
        return try SocketPairs.withhold { () throws(MQTTError) in
            try MQTTClient.makeHandle(settings, tls: context, startsClean: true)
        }
    }

    /// Puts the certificate and key of the connection that is under way into its SSL.
    func handOver(to ssl: OpaquePointer) -> Bool {
        guard let connection = current, let member = connection.attempt?.member else { return false }
        guard let certificate = member.certificateFile, let file = member.keyFile else { return true }
        do throws(MQTTError) {
            try FileCheck.readable(certificate, "the certificate")
            guard SSL_use_certificate_chain_file(ssl, certificate) == 1 else {
                throw MQTTError(
                    .fileUnreadable, "\(certificate) holds no certificate in PEM form: \(OpenSSLErrors.drain())")
            }
            let key = try KeyFile(file)
            guard key.isTaken(bySSL: ssl) else {
                _ = OpenSSLErrors.drain()
                throw MQTTError(
                    .keyMismatch, "the private key in \(file) does not belong to the certificate in \(certificate)")
            }
            return true
        } catch {
            connection.attempt?.ownError = error
            return false
        }
    }

    /// Opens a connection to the next address; where there is none left, the attempt has failed.
    func openNextAddress(_ connection: SwarmConnection) {
        while let attempt = connection.attempt, attempt.address < addresses.count {
            let address = addresses[attempt.address]
            enter(connection)
            attempt.observation?.reset()
            errno = 0
            let code = mosquitto_connect_bind_async(
                connection.handle.pointer, address.host, Int32(address.port), options.keepAlive,
                attempt.member.bindAddress)
            let failure = errno
            switch code {
            case MOSQ_ERR_SUCCESS.rawValue, MOSQ_ERR_CONN_PENDING.rawValue:
                connection.phase = .connecting
                return watch(connection)
            case MOSQ_ERR_ERRNO.rawValue, MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_TLS.rawValue:
                if attempt.observation?.hasReachedPeer == true || failure == ECONNRESET || failure == EPIPE {
                    connection.phase = .greeting
                    watch(connection)
                    return lose(connection, code)
                }
                giveUpAddress(connection, MQTTError(connectingTo: "\(address)", TCPState.connectError(failure)))
            case MOSQ_ERR_EAI.rawValue:
                return finish(
                    connection,
                    MQTTError(
                        .invalid,
                        "cannot connect from \(attempt.member.bindAddress ?? ""): it is no address of this machine"))
            default:
                return finish(
                    connection,
                    MQTTError(
                        .library, "cannot connect to \(options.peer): \(String(cString: mosquitto_strerror(code)))"))
            }
        }
        guard let failures = connection.attempt?.failures else { return }
        finish(connection, failures.last ?? MQTTError(.nameResolution, "\(options.host) has no address"))
    }

    private func giveUpAddress(_ connection: SwarmConnection, _ failure: MQTTError) {
        connection.attempt?.failures.append(failure)
        connection.attempt?.address += 1
    }

    /// Checks whether TCP is established.
    func finishConnecting(_ connection: SwarmConnection) -> Bool {
        let number = TCPState.outcome(of: connection.handle.socket, earlier: 0)
        connection.phase = .greeting
        if number == 0 { return true }
        if number == ECONNRESET || number == EPIPE {
            errno = number
            lose(connection, MOSQ_ERR_CONN_LOST.rawValue)
            return false
        }
        let target = connection.attempt.map { "\(addresses[$0.address])" } ?? options.peer
        giveUpAddress(connection, MQTTError(connectingTo: target, number))
        close(connection)
        openNextAddress(connection)
        return false
    }

    /// Watches the descriptor of a connection that is new, or that stands now.
    func watch(_ connection: SwarmConnection) {
        let duplicate = connection.attempt?.observation?.descriptor ?? -1
        connection.watched = duplicate >= 0 ? duplicate : connection.handle.socket
        connection.interest = wanted(connection)
        guard connection.watched >= 0,
            !epoll.add(connection.watched, connection.interest, number: connection.number)
        else { return }
        connection.watched = -1
        finish(connection, MQTTError(.library, "cannot watch a socket: \(String(cString: strerror(errno)))"))
    }

    /// What a connection is to be watched for.
    func wanted(_ connection: SwarmConnection) -> UInt32 {
        let (input, output) = (EPOLLIN.rawValue, EPOLLOUT.rawValue)
        switch connection.phase {
        case .connecting: return output
        case .idle, .dying: return input
        case .greeting, .connected:
            if let ssl = connection.handshake { return input | (SSL_want(ssl) == SSL_WRITING ? output : 0) }
            return input | (mosquitto_want_write(connection.handle.pointer) ? output : 0)
        }
    }

    /// Watches a connection for what it waits for now.
    func settle(_ connection: SwarmConnection) {
        guard connection.watched >= 0 else { return }
        let wanted = wanted(connection)
        guard wanted != connection.interest else { return }
        connection.interest = wanted
        epoll.change(connection.watched, wanted, number: connection.number)
    }
}
