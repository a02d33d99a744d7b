import CMosquitto
import Glibc

// Other files of keys and certificates for a client that may be connected already, as after a renewal.
extension MQTTClient {
    /// Uses other TLS files from here on: a connection that stands is left in good order and made again with them, `.connected`.
    ///
    /// What was published and is not acknowledged is sent again; what the broker has for us waits where the session lasts. A peer that
    /// does not let the new ones in is connected to as before: `.credentialsRefused`.
    /// - Throws: where the files cannot be used; nothing has changed then.
    public func replaceCredentials(_ configuration: TLSConfiguration) throws(MQTTError) {
        nextContext = try TLSContext(configuration, host: options.unixSocket == nil ? options.host : nil)
        leaveBy = .after(2)
    }

    /// Whether the connection is about to be left for other files: what is published now may be sent twice.
    public var isChangingCredentials: Bool { nextContext != nil }

    /// Goes over to the new files, once what is half sent is sent, or after 2 s.
    func changeCredentials() {
        guard let context = nextContext else { return }
        switch phase {
        case .ended: return
        case .connected:
            sendBatch()
            if hasUnsentOutput && leaveBy > .now { return }
            if !batch.isBlocked { leave(awaitsPeer: true) }
            dropSocket()
        case .resolving, .connecting, .greeting: dropSocket()
        case .idle, .waiting: break
        }
        nextContext = nil
        // Those that were let in before are what to go back to, not others that were never tried.
        if hasConnected && formerContext == nil { formerContext = tls }
        use(context)
        hasUnreadInput = false
        switch phase {
        case .idle, .waiting, .ended: break
        default: phase = .waiting(until: .now)
        }
    }

    /// Goes back to the files before, where it may be the new ones that made an attempt fail.
    ///
    /// - Returns: whether it did.
    func takeBackCredentials(_ error: MQTTError) -> Bool {
        guard let before = formerContext, error.mayBeAboutCredentials else { return false }
        formerContext = nil
        use(before)
        queue.append(.credentialsRefused(error))
        phase = .waiting(until: .now)
        return true
    }

    private func use(_ context: TLSContext) {
        if let tls { retiredContexts.append(tls) }
        tls?.observation.letGo()
        tls = context
        options.tls = context.configuration
        mosquitto_void_option(handle.pointer, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(context.pointer))
    }

    /// Gives back libmosquitto's references to contexts that it was given before the present one: it forgets them, but not before a
    /// connection is made with the new one (2.0.11, 2.0.21, 2.1.2: options.c, net_mosq.c).
    func releaseRetiredContexts() {
        guard !retiredContexts.isEmpty, let tls, let ssl = mosquitto_ssl_get(handle.pointer),
            SSL_get_SSL_CTX(OpaquePointer(ssl)) == tls.pointer
        else { return }
        for context in retiredContexts { SSL_CTX_free(context.pointer) }
        retiredContexts.removeAll()
    }
}

extension MQTTError {
    /// Whether other keys and certificates could make the difference: the peer was reached.
    fileprivate var mayBeAboutCredentials: Bool {
        switch code {
        case .tls, .handshakeClosed, .closedBeforeConnack, .noCommonProtocol: true
        default: isPermanent
        }
    }
}
