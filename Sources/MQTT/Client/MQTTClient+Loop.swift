import CMosquitto
import Glibc

// One turn of the loop: what is due by the clock, one poll(2), and what came of it.
extension MQTTClient {
    func step(until deadline: MonotonicTime?) throws(MQTTError) {
        let count = queue.count
        do throws(MQTTError) {
            try collectReports()
            changeCredentials()
            try doWhatIsDue()
        } catch {
            try fail(error)
        }
        guard queue.count == count else { return }
        wait(until: deadline)
        if pollEntries[1].revents != 0, let signal = stopSignals?.take() {
            // What is read now would be acknowledged, and who stops does not take it any more.
            return queue.append(.stopped(signal: signal))
        }
        if pollEntries[2].revents != 0 { queue.append(.inputReady) }
        if pollEntries[3].revents != 0 { queue.append(.filesChanged) }
        do throws(MQTTError) {
            try serveSocket(pollEntries[0].revents)
        } catch {
            try fail(error)
        }
    }

    /// What the clock asks for before anything is waited for. Time is up where the socket has been looked at since then, and not
    /// where it is us who come late: what is waited for may have arrived.
    private func doWhatIsDue() throws(MQTTError) {
        switch phase {
        case .waiting(let time):
            if time <= .now { try beginAttempt() }
        case .resolving: try advanceResolution()
        case .connecting:
            if attempt.addressDeadline <= lastTurn {
                let address = attempt.addresses[attempt.index].description
                try giveUpAddress(MQTTError(.timeout, "no answer from \(address) within the time limit of \(seconds)"))
            }
        case .greeting:
            if attempt.deadline <= lastTurn { throw lateConnack() }
        case .connected: try checkLife()
        case .idle, .ended: break
        }
    }

    /// Lets libmosquitto send its PINGREQ, and counts a peer that was silent for too long as gone.
    private func checkLife() throws(MQTTError) {
        guard options.keepAlive > 0 else { return }
        let keepAlive = Double(options.keepAlive)
        let now = MonotonicTime.now
        if now - lastTurn > keepAlive / 4 {
            // Nobody has listened for a while, as where the process was stopped or its output was full: what came meanwhile is read
            // before anything else, and our PINGREQ, sent late, has its time to be answered.
            lastInput = max(lastInput, now + -keepAlive)
            return
        }
        // A PINGREQ must not come between two attempts to send the same batch; while one is under way the broker hears from us.
        if !batch.isBlocked { mosquitto_loop_misc(handle.pointer) }
        if endOfPatience <= lastTurn {
            let silence = Int(now - lastInput)
            throw MQTTError(
                .connectionLost, "\(options.peer) has been silent for \(silence) s: the connection counts as lost")
        }
        if handle.socket < 0 { throw lossOfConnection(MOSQ_ERR_KEEPALIVE.rawValue) }
    }

    /// When a peer from which nothing has come any more counts as gone. Left to itself libmosquitto takes up to two keep-alives.
    private var endOfPatience: MonotonicTime { lastInput + 1.5 * Double(options.keepAlive) }

    private func wait(until deadline: MonotonicTime?) {
        let socket = handle.socket
        // While the host's address is asked for, the answer is what is waited for.
        let descriptor = isOpen ? socket : attempt.resolution?.descriptor ?? -1
        pollEntries[0] = pollfd(fd: descriptor, events: wantedEvents, revents: 0)
        pollEntries[1] = pollfd(fd: stopSignals?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        pollEntries[2] = pollfd(fd: watchedInput ?? -1, events: Int16(POLLIN), revents: 0)
        pollEntries[3] = pollfd(fd: watchedFiles ?? -1, events: Int16(POLLIN), revents: 0)
        if phase == .connecting || phase == .greeting, options.unixSocket == nil {
            // The broker's session ticket waits for our acknowledgement (Nagle), and ours is delayed by 40 ms unless the kernel is told
            // each time not to.
            var on: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_QUICKACK, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let now = MonotonicTime.now
        var end = deadline
        lastTurn = now
        if let due = nextDue { end = min(end ?? due, due) }
        if nextContext != nil && phase == .connected { end = min(end ?? leaveBy, leaveBy) }
        let milliseconds: Int32
        if hasUnreadInput {
            milliseconds = 0
        } else if let end {
            milliseconds = Int32(clamping: max(0, (end.nanoseconds - now.nanoseconds + 999_999) / 1_000_000))
        } else {
            milliseconds = -1
        }
        if poll(&pollEntries, nfds_t(pollEntries.count), milliseconds) < 0 {
            for index in pollEntries.indices { pollEntries[index].revents = 0 }
        }
    }

    private var isOpen: Bool { phase == .connecting || phase == .greeting || phase == .connected }

    /// The moment of which the client's own clock thinks next.
    private var nextDue: MonotonicTime? {
        switch phase {
        case .waiting(let time): time
        case .connecting: attempt.addressDeadline
        case .resolving, .greeting: attempt.deadline
        case .connected:
            options.keepAlive == 0 ? nil : min(.after(Double(options.keepAlive) / 10), endOfPatience)
        case .idle, .ended: nil
        }
    }

    private var wantedEvents: Int16 {
        if phase == .connecting { return Int16(POLLOUT) }
        if let ssl = handshake { return Int16(POLLIN | (SSL_want(ssl) == SSL_WRITING ? POLLOUT : 0)) }
        return Int16(POLLIN | (hasUnsentOutput ? POLLOUT : 0))
    }

    /// The TLS handshake that is under way.
    private var handshake: OpaquePointer? {
        guard phase == .greeting, tls != nil, let ssl = mosquitto_ssl_get(handle.pointer) else { return nil }
        let pointer = OpaquePointer(ssl)
        return SSL_is_init_finished(pointer) == 0 ? pointer : nil
    }

    private func serveSocket(_ events: Int16) throws(MQTTError) {
        guard events != 0 || hasUnreadInput else { return }
        if phase == .connecting {
            try finishConnecting()
            guard phase == .greeting else { return }
        } else if handshake != nil {
            try checkForEnd()
        }
        guard phase == .greeting || phase == .connected else { return }
        if events & Int16(POLLIN) != 0 { lastInput = .now }
        var code = read()
        if code == 0 && batch.isBlocked { sendBatch() }
        if code == 0 && handle.socket >= 0 && !batch.isBlocked && mosquitto_want_write(handle.pointer)
            && handshake == nil && !(handle.defersOutput && handle.hasReportedMessage)
        {
            code = mosquitto_loop_write(handle.pointer, 1)
            unacknowledged.removeAll()
        }
        let connection = handle
        try collectReports()
        guard connection === handle, phase == .greeting || phase == .connected else { return }
        if code != 0 || handle.socket < 0 { throw lossOfConnection(code) }
    }

    /// Reads until there is nothing left, or enough to hand on.
    private func read() -> Int32 {
        var drained: Int32 = 0
        hasUnreadInput = false
        repeat {
            let code = dojot_loop_read(handle.pointer, &drained)
            if code != 0 || handle.socket < 0 { return code }
            // A handshake whose socket broke neither fails nor drains: the next poll tells, see `checkForEnd`.
            if handshake != nil { return 0 }
        } while drained == 0 && handle.reports.count < mostEventsAtOnce
        hasUnreadInput = drained == 0
        return 0
    }

    /// libmosquitto 2.0.11 takes an end in the middle of the handshake for "still connecting", and would be called for ever.
    private func checkForEnd() throws(MQTTError) {
        var byte: UInt8 = 0
        let count = recv(handle.socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        guard count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) else { return }
        throw closedInHandshake()
    }
}
