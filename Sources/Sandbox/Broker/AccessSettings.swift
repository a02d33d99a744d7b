import BrokerAccess

/// What our plugin in mosquitto is told: who may do what, in its file at each start and by orders later.
///
/// The plugin is our own since mosquitto's dynamic-security writes its whole file at each of its commands, of which a device takes three:
/// the more devices there are, the longer each takes, and mosquitto stands still meanwhile. 1,000 devices took 15 s to make.
struct AccessSettings: Sendable {
    let topics: DeviceTopics
    let identification: SandboxOptions.Release.Identification
    /// Whether there is a listener without TLS.
    let isUnsecured: Bool
    /// The user name and password of the sandbox itself. A name that no certificate bears: whoever had one of that name would be let in
    /// as the sandbox.
    let controlName = "sandbox-" + Random.hex(digits: 32)
    let controlPassword = Random.hex(digits: 32)

    /// The plugin's file.
    ///
    /// The checks of a client's identifier are those of iotagent-mosca v0.4.4-rc.1 (`authenticate` in index.js): `TENANT:DEVICE`, of a
    /// device that is there, whose name is the certificate's common name. v0.4.0 to v0.4.3 mean to make them and do not: they look for a
    /// property `TLSSocket`, which no connection has.
    ///
    /// - Parameter admitted: The names by which each device is let in.
    func file(_ admitted: [String: [String]]) -> [UInt8] {
        var lines: [AccessLine] = [.control(name: controlName, password: controlPassword)]
        lines.append(.identify(by: identification == .fingerprint ? .fingerprint : .commonName))
        if topics.kind == .mosca { lines.append(.clientIdentifier("\(topics.tenant):%")) }
        lines += topics.attributes(of: "%").map { .publish($0) }
        lines += topics.configuration(of: "%").map { .hear($0) }
        if isUnsecured {
            lines += topics.unsecuredAttributes.map { .publishUnsecured($0) }
            lines += topics.unsecuredConfigurations.map { .hearUnsecured($0) }
        }
        var bytes = AccessLine.text(lines)
        // Text at once: the lines of a fleet would take ten times as much memory.
        for (device, names) in admitted {
            for name in names { bytes += AccessLine.allow(name: name, device: device).text.utf8 }
        }
        return bytes
    }
}
