import MQTT
import Threads

// What happens to certificates while their devices are at work.
extension DeviceLoop {
    func take(_ order: FleetControl.Order) {
        let number = order.device
        switch order.kind {
        case .renewed:
            devices[number].renewing = order.since
            goOver(number)
        case .revoked:
            devices[number].refusedSince = order.since
            switch devices[number].state {
            case .off, .waiting, .pausing: noteOff(number)
            // The broker may not have heard of it yet: what comes of the connection tells.
            case .connecting, .connected: break
            }
        case .expired:
            devices[number].refusedSince = order.since
            if devices[number].state == .connected { leave(number) }
            noteOff(number)
            if devices[number].state == .connected { comeBack(number) }
        }
    }

    /// Goes over to the certificate that is in place now, as soon as nothing is on its way.
    func goOver(_ number: Int) {
        guard devices[number].state == .connected, devices[number].inFlight.isEmpty else { return }
        leave(number)
        wait(for: number, since: .now)
    }

    /// Ends a connection in good order; what it has not sent goes with the next.
    private func leave(_ number: Int) {
        loop.leave(number)
        devices[number].connectedSince = nil
        unsubscribe(number)
        let cohort = devices[number].cohort
        account.withLock { $0.connected[cohort, default: 0] -= 1 }
    }

    /// The device is off: once, and where its certificate is no longer good, it is noted how long that took.
    func noteOff(_ number: Int) {
        guard let since = devices[number].refusedSince, !devices[number].isOff else { return }
        devices[number].isOff = true
        let cohort = devices[number].cohort
        let time = since.microsecondsAgo
        account.withLock { $0.record[cohort].off.record(microseconds: time) }
    }
}
