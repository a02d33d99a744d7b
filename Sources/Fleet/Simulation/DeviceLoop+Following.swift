import MQTT

// What is published to be followed to the platform's history.
extension DeviceLoop {
    /// Publishes what is due of it, each by any device that is connected.
    func publishWhatIsFollowed() {
        guard let probe = settings.historyProbe, phase == .running else {
            nextFollowed = nil
            return
        }
        while let due = nextFollowed, due <= .now {
            nextFollowed = due + Double(settings.loops) / probe.rate
            guard let device = anyConnected() else { continue }
            let number = probe.nextNumber()
            guard publish(probe.payload(number), of: device, due) else { continue }
            probe.follow(number, of: devices[device].name, devices[device].cohort, since: due)
        }
    }

    /// One of the devices that are connected, by chance; nil where none is. One that is to go over to another certificate waits
    /// for all that it has said, and is let be.
    private func anyConnected() -> Int? {
        guard switchedOn > 0 else { return nil }
        let first = Int.random(in: 0..<switchedOn)
        let turns = (first..<first + switchedOn).lazy.map { $0 % self.switchedOn }
        return turns.first { devices[$0].state == .connected && devices[$0].renewing == nil }
    }
}
