import MQTT
import Payload
import Threads

// What the devices say, and when.
extension DeviceLoop {
    func publish(_ number: Int, _ due: MonotonicTime) {
        guard let pause = pauseToNext(number) else {
            devices[number].isPublishing = false
            return
        }
        // Counted from when it was due: a loop that is late does not publish less.
        start(.publish, of: number, at: due + pause)
        payload.removeAll(keepingCapacity: true)
        devices[number].says.appendNextObject(to: &payload, at: WallClock.milliseconds)
        publish(payload, of: number, due)
    }

    /// Publishes what was due at some moment; where there is no connection it is left out.
    func publish(_ payload: [UInt8], of number: Int, _ due: MonotonicTime) {
        let cohort = devices[number].cohort
        dropUnanswered(number)
        let isConnected = devices[number].state == .connected
        let identifier =
            isConnected
            ? loop.publish(
                number, payload, to: devices[number].attrs, qualityOfService: settings.qualityOfService) : nil
        let size = payload.count
        let isLate = MonotonicTime.now - due > Self.tolerance
        if let identifier { devices[number].inFlight.append((identifier, due)) }
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
    }

    /// Gives up what was not acknowledged in time.
    private func dropUnanswered(_ number: Int) {
        guard let oldest = devices[number].inFlight.first, MonotonicTime.now - oldest.due > settings.timeout else {
            return
        }
        devices[number].inFlight.removeFirst()
        let cohort = devices[number].cohort
        account.withLock { account in
            account.record[cohort][.publish].fail("timeout")
            account.record[cohort].counts.lost += 1
            account.outstanding -= 1
        }
    }

    /// The seconds between a publication and the next; nil where nothing is to be published.
    func pauseToNext(_ number: Int) -> Double? {
        let mean: Double
        if let rate = control.rate {
            mean = rate > 0 ? Double(max(1, control.target)) / rate : 0
        } else {
            switch settings.pace {
            case .interval(let seconds): mean = seconds
            case .rate(let rate): mean = Double(max(1, control.target)) / rate
            case .never: return nil
            }
        }
        guard mean > 0 else { return nil }
        return mean * (1 + settings.jitter * (2 * devices[number].random.nextFraction() - 1))
    }
}
