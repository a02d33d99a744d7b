import Dojot
import PKI

/// When each identity is to be renewed: from when it is due, by a pause of its own so that a fleet does not come all at once.
struct RenewalSchedule {
    private struct Entry {
        let name: DeviceName
        let certificate: Certificate
        /// When the certificate is due by the rule, in Unix seconds.
        let dueTime: Int64
        /// When it is renewed, in Unix seconds.
        var time: Int64
    }

    private var entries: [String: Entry] = [:]
    /// Devices of which it was said that they cannot be looked at.
    private var missing: Set<String> = []
    /// Devices with a warning that their new certificate is due at once.
    private var postponed: Set<String> = []

    /// Takes in devices that are new, and certificates that are.
    ///
    /// - Parameter dueTime: gives the present certificate, and when it is due.
    mutating func look(at names: [DeviceName], dueTime: (DeviceName) throws -> (time: Int64, certificate: Certificate))
    {
        let known = entries
        entries = [:]
        for name in names {
            do {
                let (time, certificate) = try dueTime(name)
                if let entry = known["\(name)"], entry.certificate == certificate, entry.dueTime == time {
                    entries["\(name)"] = entry
                } else {
                    entries["\(name)"] = Entry(
                        name: name, certificate: certificate, dueTime: time,
                        time: Self.spread(time, certificate.notAfter))
                }
                missing.remove("\(name)")
            } catch {
                guard missing.insert("\(name)").inserted else { continue }
                Console.warning("\(name): \(Failure(error).message)")
            }
        }
    }

    /// The devices to be renewed now, those that expire first first.
    func due() -> [DeviceName] {
        let now = Timestamp.now.unixSeconds
        return entries.values.filter { $0.time <= now }
            .sorted { $0.certificate.notAfter < $1.certificate.notAfter }.map(\.name)
    }

    /// Puts a device off that could not be renewed: for a tenth of what its certificate has left, at most an hour, and half of that at least.
    mutating func failed(_ name: DeviceName) {
        guard let entry = entries["\(name)"] else { return }
        let now = Timestamp.now.unixSeconds
        let left = entry.certificate.notAfter - now
        let pause = left > 0 ? min(max(left / 10, 2), 3600) : 300
        entries["\(name)"]?.time = now + Int64.random(in: pause / 2...pause)
    }

    /// Puts a device off whose new certificate is due already: for half of the time that it is valid, at least a second. Warns once a
    /// device.
    ///
    /// - Parameter renewed: the new certificate, and when it is due.
    mutating func postpone(_ name: DeviceName, _ renewed: (time: Int64, certificate: Certificate)) {
        let (time, certificate) = renewed
        let now = Timestamp.now.unixSeconds
        guard time <= now else { return }
        let life = max(0, certificate.notAfter - now)
        let pause = max(1, life / 2)
        entries["\(name)"] = Entry(name: name, certificate: certificate, dueTime: time, time: now + pause)
        guard postponed.insert("\(name)").inserted else { return }
        Console.warning(
            "\(name): the new certificate is due already: it is valid for \(TimeDistance(seconds: life)) only; "
                + "the next renewal is in \(TimeDistance(seconds: pause))",
            hint: "give a shorter time with --expires-within, or leave it out: then the last third of the life counts")
    }

    /// The next one, and a line about it.
    var next: (time: Int64, text: String)? {
        guard let entry = entries.values.min(by: { $0.time < $1.time }) else { return nil }
        return (entry.time, "next: \(entry.name) on \(Timestamp(unixSeconds: max(entry.time, 0)))")
    }

    /// Up to a tenth of the time that is left then later, if it is due in the future.
    private static func spread(_ time: Int64, _ end: Int64) -> Int64 {
        guard time > Timestamp.now.unixSeconds, end > time else { return time }
        return time + Int64.random(in: 0...(end - time) / 10)
    }
}
