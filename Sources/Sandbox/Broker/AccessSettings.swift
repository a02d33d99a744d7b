import BrokerAccess

/// What our plugin in mosquitto is told: who may do what, in its file at each start and by orders later.
///
/// The plugin is our own since mosquitto's dynamic-security writes its whole file at each of its commands, of which a device takes three:
/// the more devices there are, the longer each takes, and mosquitto stands still meanwhile. 1,000 devices took 15 s to make.
struct AccessSettings: Sendable {
    let topics: DeviceTopics
    /// Whether there is a listener without TLS.
    let isUnsecured: Bool
    /// The user name and password of the sandbox itself. A name that no certificate bears: whoever had one of that name would be let in
    /// as the sandbox.
    let controlName = "sandbox-" + Random.hex(digits: 32)
    let controlPassword = Random.hex(digits: 32)

    /// The plugin's file.
    ///
    /// - Parameter admitted: The names by which each device is let in.
    func file(_ admitted: [String: [String]]) -> [UInt8] {
        var lines: [AccessLine] = [.control(name: controlName, password: controlPassword)]
        lines += topics.attributes(of: "%").map { .publish($0) }
        lines += topics.configuration(of: "%").map { .hear($0) }
        if isUnsecured {
            // Nothing says there who it is: it may speak for any device, and hear what any is told.
            lines += topics.allAttributes.map { .publishUnsecured($0) }
            lines += topics.allConfigurations.map { .hearUnsecured($0) }
        }
        var bytes = AccessLine.text(lines)
        // Text at once: the lines of a fleet would take ten times as much memory.
        for (device, names) in admitted {
            for name in names { bytes += AccessLine.allow(name: name, device: device).text.utf8 }
        }
        return bytes
    }
}
