import MQTT
import Payload
import Threads

// What happens on the connections.
extension DeviceLoop {
    func take(_ event: ConnectionLoop.Event, of number: Int) {
        switch event {
        case .connected: connected(number)
        case .lost(let error, let wasConnected): lost(number, error, wasConnected: wasConnected)
        case .acknowledged(let identifier, let reason): acknowledged(number, identifier, reason)
        case .subscribed(let reasons): subscribed(number, reasons)
        case .message(let message): heard(number, message)
        }
    }

    private func connected(_ number: Int) {
        guard case .connecting(let due) = devices[number].state else { return }
        let cohort = devices[number].cohort
        devices[number].state = .connected
        devices[number].connectedSince = .now
        devices[number].isAbsent = false
        let time = due.microsecondsAgo
        let renewal = devices[number].renewing.map(\.microsecondsAgo)
        devices[number].renewing = nil
        let isBack = devices[number].isOff
        account.withLock { account in
            account.record[cohort][.connect].succeed(after: time)
            if let renewal { account.record[cohort][.renew].succeed(after: renewal) }
            if isBack { account.record[cohort].counts.returned += 1 }
            account.connected[cohort, default: 0] += 1
        }
        if settings.subscribes { subscribe(number) }
        releaseHeldBack(number)
        planFirstPublication(of: number)
    }

    private func subscribe(_ number: Int) {
        let filter = devices[number].attrs.dropLast("attrs".count) + "config"
        let isSent = loop.subscribe(number, to: String(filter), qualityOfService: .atLeastOnce)
        devices[number].subscribed = isSent ? .now : nil
    }

    private func lost(_ number: Int, _ error: MQTTError, wasConnected: Bool) {
        // Of a failed handshake libmosquitto keeps the socket and OpenSSL's state, 47 KB, until the next attempt: they go where nothing
        // is left that it would send then.
        if devices[number].queued == 0 { loop.remove(number) }
        guard wasConnected else {
            guard case .connecting = devices[number].state else { return }
            let cause = error.code.rawValue
            return Absence.isCause(error.code) ? missed(number, cause) : failed(number, cause)
        }
        // One that has left meanwhile, in good order, was not lost.
        guard devices[number].state == .connected else { return }
        let cohort = devices[number].cohort
        account.withLock { account in
            account.record[cohort].counts.disconnected += 1
            account.record[cohort].losses[error.code.rawValue, default: 0] += 1
            account.connected[cohort, default: 0] -= 1
        }
        noteOff(number)
        unsubscribe(number)
        if devices[number].isLeaving {
            devices[number].state = .pausing
            switchOff(number)
        } else {
            comeBack(number)
        }
    }

    private func acknowledged(_ number: Int, _ identifier: Int32, _ reason: Int) {
        devices[number].queued = max(0, devices[number].queued - 1)
        guard let index = devices[number].inFlight.firstIndex(where: { $0.identifier == identifier }) else { return }
        let due = devices[number].inFlight.remove(at: index).due
        let cohort = devices[number].cohort
        let time = due.microsecondsAgo
        defer { lessIsOnItsWay(number) }
        account.withLock { account in
            account.outstanding -= 1
            if reason < 128 {
                account.record[cohort][.publish].succeed(after: time)
            } else {
                account.record[cohort][.publish].fail("puback.\(reason)")
            }
        }
    }

    /// A connection is over, and its subscription with it.
    func unsubscribe(_ number: Int) {
        devices[number].subscribed = nil
        if settings.probe != nil { account.note(number, isSubscribed: false) }
    }

    private func subscribed(_ number: Int, _ reasons: [Int]) {
        guard let sent = devices[number].subscribed else { return }
        devices[number].subscribed = nil
        let cohort = devices[number].cohort
        let time = sent.microsecondsAgo
        if settings.probe != nil, reasons.allSatisfy({ $0 < 128 }) { account.note(number, isSubscribed: true) }
        account.withLock { account in
            if let refusal = reasons.first(where: { $0 >= 128 }) {
                account.record[cohort][.subscribe].fail("suback.\(refusal)")
            } else {
                account.record[cohort][.subscribe].succeed(after: time)
            }
        }
    }

    private func heard(_ number: Int, _ message: Message) {
        let cohort = devices[number].cohort
        let time = settings.probe?.hears(message.payload, device: number * settings.loops + index)
        account.withLock { account in
            account.record[cohort].counts.received += 1
            if let time { account.record[cohort][.receive].succeed(after: time) }
        }
        guard phase == .running, let answer = settings.behaviour.onConfig?.publication(for: message.payload) else {
            return
        }
        publish(answer, of: number, .now)
    }
}
