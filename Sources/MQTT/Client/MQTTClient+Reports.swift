import CMosquitto

// What libmosquitto reported becomes events.
extension MQTTClient {
    func collectReports() throws(MQTTError) {
        guard !handle.reports.isEmpty else { return }
        let connection = handle
        let reports = connection.reports
        connection.reports.removeAll(keepingCapacity: true)
        for report in reports {
            switch report {
            case .message(let message): queue.append(.message(message))
            case .acknowledged(let identifier, let reason, _):
                if !exactlyOnceInFlight.isEmpty { exactlyOnceInFlight.remove(identifier) }
                queue.append(.acknowledged(identifier: identifier, reason: reason))
            case .connack(let reason, let sessionPresent, let properties):
                try take(connack: reason, sessionPresent: sessionPresent, properties)
            case .subscribed(_, let reasons):
                unansweredSubscriptions -= 1
                queue.append(.subscribed(reasons: reasons))
            case .unsubscribed: queue.append(.unsubscribed)
            case .disconnected(let code): lastDisconnect = code
            }
            guard connection === handle else { return }
        }
    }

    private func take(connack reason: Int, sessionPresent: Bool, _ properties: [Property]) throws(MQTTError) {
        guard reason == 0 else { throw refusal(connack: reason, properties) }
        tls?.observation.letGo()
        formerContext = nil
        if handle.requiresSession && !sessionPresent {
            // The handle has queued a DISCONNECT already.
            queue.append(.sessionLost)
            return try renew(.clean)
        }
        switch renewal {
        case .clean: return try renew(.lasting)
        case .lasting: renewal = .none
        case .none: break
        }
        phase = .connected
        // Here and not where it is waited for: the connection may be lost in the same turn.
        hasConnected = true
        connectedSince = .now
        unansweredSubscriptions = 0
        queue.append(.connected(sessionPresent: sessionPresent))
        for subscription in subscriptions { try send(subscription) }
    }
}
