import HeapModule
import MQTT
import Payload
import Threads

// What the devices say, and when.
extension DeviceLoop {
    /// How many publications of one device may be without an acknowledgement: memory is not filled for a broker that is too slow.
    private static let mostQueued: Int32 = 1000

    /// Intervals a second that each device is to go through now.
    var pace: Double {
        switch settings.pace {
        case .never: 0
        case .interval(let seconds): (control.rate.map { $0 / Double(max(1, control.target)) }) ?? 1 / seconds
        case .rate(let rate): (control.rate ?? rate) / Double(max(1, control.target))
        }
    }

    /// The first anywhere in an interval, so that a fleet that came at once does not speak at once.
    func planFirstPublication(of number: Int) {
        guard settings.pace != .never, !devices[number].isPublishing else { return }
        devices[number].isPublishing = true
        plan(number, at: clock.reading(at: .now) + devices[number].random.nextFraction())
    }

    private func plan(_ number: Int, at reading: Double) {
        publications.insert(
            PublicationTimer(reading: reading, device: Int32(number), life: devices[number].life))
    }

    /// Publishes what was planned, and plans the next.
    func publish(_ planned: PublicationTimer) {
        let number = Int(planned.device)
        // From the reading it was planned for: a loop that is late does not publish less.
        let jitter = settings.jitter * (2 * devices[number].random.nextFraction() - 1)
        plan(number, at: planned.reading + 1 + jitter)
        let due = clock.time(of: planned.reading) ?? .now
        guard isGoingOver(number) else { return publishNext(number, due) }
        devices[number].heldBack.append(due)
        account.withLock { $0.outstanding += 1 }
    }

    /// Whether a device is about to come back with another certificate: what it says has to wait, or nothing would ever be
    /// not on its way.
    private func isGoingOver(_ number: Int) -> Bool {
        guard devices[number].renewing != nil else { return false }
        switch devices[number].state {
        case .connected: return !devices[number].inFlight.isEmpty
        case .waiting, .connecting: return true
        case .off, .pausing: return false
        }
    }

    /// Publishes what had to wait, or leaves it out where the device is not back.
    func releaseHeldBack(_ number: Int) {
        guard !devices[number].heldBack.isEmpty else { return }
        let times = devices[number].heldBack
        devices[number].heldBack = []
        for due in times { publishNext(number, due) }
        account.withLock { $0.outstanding -= times.count }
    }

    private func publishNext(_ number: Int, _ due: MonotonicTime) {
        payload.removeAll(keepingCapacity: true)
        devices[number].says.appendNextObject(to: &payload, at: WallClock.milliseconds)
        publish(payload, of: number, due)
    }

    /// Publishes what was due at some moment; where there is no connection it is left out.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func publish(_ payload: [UInt8], of number: Int, _ due: MonotonicTime) -> Bool {
        let cohort = devices[number].cohort
        let isPossible = devices[number].state == .connected && devices[number].queued < Self.mostQueued
        let identifier =
            isPossible
            ? loop.publish(
                number, payload, to: devices[number].attrs, qualityOfService: settings.qualityOfService) : nil
        let size = payload.count
        let isLate = MonotonicTime.now - due > Self.tolerance
        if let identifier {
            devices[number].inFlight.append((identifier, due))
            devices[number].queued += 1
        }
        account.withLock { account in
            account.record[cohort].counts.due += 1
            if isLate { account.record[cohort].counts.late += 1 }
            if identifier == nil {
                account.record[cohort].counts.leftOut += 1
            } else {
                account.record[cohort].counts.sentBytes += size
                account.outstanding += 1
            }
        }
        return identifier != nil
    }

    /// Gives up what was not acknowledged in time.
    func giveUpUnanswered(_ number: Int, _ now: MonotonicTime) {
        let cohort = devices[number].cohort
        if let sent = devices[number].subscribed, now - sent > settings.timeout {
            devices[number].subscribed = nil
            account.withLock { $0.record[cohort][.subscribe].fail("timeout") }
        }
        guard let oldest = devices[number].inFlight.first, now - oldest.due > settings.timeout else { return }
        let count = devices[number].inFlight.prefix { now - $0.due > settings.timeout }.count
        devices[number].inFlight.removeFirst(count)
        // At QoS 1 and 2 libmosquitto has them still.
        if settings.qualityOfService == .atMostOnce { devices[number].queued -= Int32(count) }
        account.withLock { account in
            for _ in 0..<count { account.record[cohort][.publish].fail("timeout") }
            account.record[cohort].counts.lost += count
            account.outstanding -= count
        }
        lessIsOnItsWay(number)
    }

    /// Does what waited for acknowledgements.
    func lessIsOnItsWay(_ number: Int) {
        guard devices[number].inFlight.isEmpty else { return }
        if devices[number].isLeaving { return switchOff(number) }
        if devices[number].renewing != nil { goOver(number) }
    }
}
