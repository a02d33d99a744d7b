import CMosquitto

/// A walk through all connections, a few at a time: what the clock asks of each is done once in a period.
struct Sweep {
    var numbers: [Int] = []
    var index = 0
    var last = MonotonicTime.now
}

// What the clock asks for.
extension ConnectionLoop {
    /// Gives up what has taken too long to connect.
    func checkDeadlines() {
        guard !underWay.isEmpty else { return }
        let now = MonotonicTime.now
        for number in underWay {
            guard let connection = connections[number], let attempt = connection.attempt else { continue }
            if case .dying(let end, let code) = connection.phase {
                if end <= now { lose(connection, code) }
            } else if attempt.deadline <= now {
                finish(connection, lateness(connection))
            }
        }
    }

    private func lateness(_ connection: SwarmConnection) -> MQTTError {
        let stage =
            connection.phase == .connecting
            ? "no connection" : connection.handshake != nil ? "no end of the TLS handshake" : "no CONNACK"
        return MQTTError(.timeout, "\(stage) from \(options.peer) within \(options.timeout) s")
    }

    /// Lets libmosquitto send its PINGREQs, and counts peers that were silent for too long as gone: each connection is come by
    /// eight times in a keep-alive.
    func sweepThrough() {
        guard options.keepAlive > 0 else { return }
        let now = MonotonicTime.now
        let period = Double(options.keepAlive) / 8
        if sweep.index >= sweep.numbers.count {
            sweep.numbers = Array(connections.keys)
            sweep.index = 0
        }
        let share = min(1, (now - sweep.last) / period)
        let count = Int((Double(sweep.numbers.count) * share).rounded(.down))
        guard count > 0 else { return }
        sweep.last = now
        let end = min(sweep.index + count, sweep.numbers.count)
        for number in sweep.numbers[sweep.index..<end] {
            if let connection = connections[number], connection.phase == .connected { checkLife(connection, now) }
        }
        sweep.index = end
    }

    private func checkLife(_ connection: SwarmConnection, _ now: MonotonicTime) {
        enter(connection)
        let code = mosquitto_loop_misc(connection.handle.pointer)
        if now - connection.lastInput > 1.5 * Double(options.keepAlive) || code != 0 || connection.handle.socket < 0 {
            let silence = Int(now - connection.lastInput)
            return finish(
                connection,
                MQTTError(
                    .connectionLost, "\(options.peer) has been silent for \(silence) s: the connection counts as lost"))
        }
        settle(connection)
    }
}
