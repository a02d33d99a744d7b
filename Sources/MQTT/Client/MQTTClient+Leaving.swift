import CMosquitto
import Glibc

// The end of a connection that we choose, and the replacement of a session.
extension MQTTClient {
    /// Sends what is unsent and a DISCONNECT, so that the broker publishes no will; waits up to 2 s for that.
    ///
    /// A connection that is lost or not yet made is let go of.
    public func disconnect() {
        if phase == .connected { leave(awaitsPeer: !options.cleanSession) }
        phase = .ended
        tls?.observation.letGo()
    }

    /// - Parameter awaitsPeer: whether to wait, up to 0.5 s more, until the peer has read all of it.
    func leave(awaitsPeer: Bool) {
        let pointer = handle.pointer
        // Bytes that were received and not read make the kernel answer our close with a reset, which could overtake what was sent last.
        // They go past libmosquitto, which would acknowledge messages that nobody takes any more.
        dropInput()
        // The next run may take up a session that lasts at once: the broker must have read our last acknowledgements by then, or it
        // publishes those messages again.
        let kept = awaitsPeer ? fcntl(handle.socket, F_DUPFD_CLOEXEC, 0) : -1
        defer { if kept >= 0 { MQTTClient.closeAfterPeer(kept) } }
        if handle.defersOutput && queue.holdsMessage { return leaveMessages() }
        let list = try? PropertyList(options.disconnectProperties)
        if let list {
            list.withPointer { _ = mosquitto_disconnect_v5(pointer, 0, $0) }
        } else {
            mosquitto_disconnect(pointer)
        }
        let end = MonotonicTime.after(2)
        while handle.socket >= 0, MonotonicTime.now < end {
            var entry = pollfd(fd: handle.socket, events: Int16(POLLIN | POLLOUT), revents: 0)
            if poll(&entry, 1, Int32(max(0, (end - .now) * 1000))) <= 0 { break }
            // libmosquitto 2.1 closes its side only, once the DISCONNECT is sent.
            if mosquitto_loop_write(pointer, 1) != 0 || isShutDown { break }
            if entry.revents & Int16(POLLIN) != 0, !dropInput() { break }
        }
    }

    /// Acknowledges what was taken and sends a DISCONNECT, past libmosquitto, which has acknowledgements queued of messages that nobody
    /// took: those are left to the session.
    private func leaveMessages() {
        // MQTT 3.1.1 and MQTT 5, sections 3.4 (PUBACK), 3.7 (PUBCOMP) and 3.14 (DISCONNECT): without a reason code it is success.
        var packets: [UInt8] = []
        for message in unacknowledged where message.qualityOfService != .atMostOnce {
            let kind: UInt8 = message.qualityOfService == .atLeastOnce ? 0x40 : 0x70
            packets += [kind, 2, UInt8(message.identifier >> 8 & 0xFF), UInt8(message.identifier & 0xFF)]
        }
        packets += [0xE0, 0]
        if let ssl = mosquitto_ssl_get(handle.pointer) {
            _ = SSL_write(OpaquePointer(ssl), packets, Int32(packets.count))
            ERR_clear_error()
        } else {
            _ = CMosquitto.send(handle.socket, packets, packets.count, Int32(MSG_NOSIGNAL))
        }
        shutdown(handle.socket, Int32(SHUT_WR))
    }

    /// Whether nothing can be sent on the socket any more.
    private var isShutDown: Bool {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        return handle.socket >= 0 && CMosquitto.send(handle.socket, nil, 0, flags) < 0 && errno == EPIPE
    }

    /// Closes a socket once the peer has closed it, which it does on our DISCONNECT; waits up to 0.5 s for that.
    private static func closeAfterPeer(_ socket: Int32) {
        defer { close(socket) }
        let end = MonotonicTime.after(0.5)
        var bytes = [UInt8](repeating: 0, count: 4096)
        while MonotonicTime.now < end {
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(max(0, (end - .now) * 1000))) > 0 else { return }
            guard recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT)) > 0 else { return }
        }
    }

    /// Throws away what the socket holds, a bounded number of times.
    ///
    /// - Returns: whether more may come.
    @discardableResult
    private func dropInput() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        for _ in 0..<1000 {
            let count = recv(handle.socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count <= 0 { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        }
        return true
    }

    /// Replaces a session that the broker has from before by an empty one, and connects to that.
    ///
    /// Packet identifiers of a session that was cut off would let the broker take a new QoS 2 publication for one that it has already.
    public func renewSession() throws(MQTTError) {
        switch phase {
        case .idle, .ended: return
        case .connected: leave(awaitsPeer: !options.cleanSession)
        case .waiting, .resolving, .connecting, .greeting: break  // It was lost again since.
        }
        try renew(.clean)
        _ = try waitForConnack()
        // What came of the session that was found is no longer anybody's.
        queue.removeWhatWasBefore()
    }

    /// Makes the broker forget the session that was connected to; gives up silently after 2 s.
    public func discardSession() {
        disconnect()
        guard !options.cleanSession else { return }
        var once = options
        once.cleanSession = true
        once.reconnects = false
        once.timeout = 2
        once.will = nil
        once.connectProperties = []
        guard let client = try? MQTTClient(once) else { return }
        if (try? client.connect()) != nil { client.disconnect() }
    }

    func renew(_ stage: SessionRenewal) throws(MQTTError) {
        if stage == .lasting { leave(awaitsPeer: !options.cleanSession) }
        renewal = stage
        exactlyOnceInFlight.removeAll()
        phase = .idle
        retiredContexts.removeAll()
        handle = try MQTTClient.makeHandle(options, tls: tls, startsClean: stage == .clean)
        deferOutput()
        try beginAttempt()
    }
}
