import BrokerAccess
import PKI

extension SandboxOptions {
    /// Refuses what cannot be.
    func check() throws(SandboxError) {
        guard Self.isWord(tenant) else {
            throw SandboxError(.options, "the tenant \"\(tenant)\" may have letters, digits and _ only")
        }
        if let device = (devices + [devicePrefix]).first(where: { !Self.isWord($0) }) {
            throw SandboxError(.options, "the device \"\(device)\" may have letters, digits and _ only")
        }
        guard (0...1_000_000).contains(numberedDevices) else {
            throw SandboxError(.options, "there may be up to 1,000,000 devices")
        }
        try checkBrokers()
        guard !authority.isEmpty, authority.allSatisfy({ Self.isWord("\($0)") || $0 == "-" || $0 == "." }) else {
            throw SandboxError(.options, "the CA's name \"\(authority)\" may have letters, digits, _, - and . only")
        }
        if let user = users.first(where: { user in users.filter { $0.isNamed(user.name) }.count > 1 }) {
            throw SandboxError(.options, "the user \(user.name) is named twice")
        }
        let ports = [gatewayPort, securePort, unsecuredPort ?? 0, httpsPort ?? 0].filter { $0 != 0 }
        guard Set(ports).count == ports.count else { throw SandboxError(.options, "two ports are the same") }
        guard tokenLife ?? 1 > 0, certificateLife > 0 else {
            throw SandboxError(.options, "a login and a certificate last at least a second")
        }
        try checkRealm()
    }

    /// Refuses settings of Keycloak's where the release has none, and clients of the same id.
    private func checkRealm() throws(SandboxError) {
        guard release.login == .keycloak else {
            guard !enablesTestClient, confidentialClients.isEmpty else {
                throw SandboxError(
                    .options, "dojot \(release.rawValue) has no Keycloak, and so no clients", hint: "add --release 1.0")
            }
            return
        }
        guard !limitsLogins else {
            throw SandboxError(.options, "dojot \(release.rawValue) does not limit logins")
        }
        let ids = confidentialClients.map(\.id) + RealmClient.standard(enablesTestClient: false).map(\.id)
        if let id = ids.first(where: { id in ids.count(where: { $0 == id }) > 1 }) {
            throw SandboxError(.options, "there are two clients \(id)")
        }
    }

    private func checkBrokers() throws(SandboxError) {
        guard brokers != 1 else { return }
        let octets = address.split(separator: ".").compactMap { UInt8($0) }
        guard octets.count == 4, octets[0] == 127, brokers > 1, Int(octets[3]) + brokers <= 255 else {
            throw SandboxError(
                .options, "\(brokers) brokers cannot be had from \(address) on",
                hint: "several are on addresses of this machine alone, such as --host 127.0.0.1 --brokers 6")
        }
    }

    /// The addresses of the brokers: the one to listen on, and those that follow.
    var brokerAddresses: [String] {
        guard brokers > 1, let dot = address.lastIndex(of: "."), let last = Int(address[address.index(after: dot)...])
        else { return [address] }
        return (0..<brokers).map { address[...dot] + "\(last + $0)" }
    }

    /// The devices that are there from the start, the numbered ones last.
    var allDevices: [String] {
        devices + (numberedDevices > 0 ? (1...numberedDevices).map { "\(devicePrefix)\($0)" } : [])
    }

    /// Whether a relay has the broker's ports.
    var hasBrokerRelay: Bool { relaysBroker || refusesSilently || faults.contains(where: \.isAboutBroker) }

    /// The users, numbered; where none is named, `admin` with the password `admin`.
    var numberedUsers: [User] {
        let named = users.isEmpty ? [User(name: "admin", password: "admin")] : users
        return named.enumerated().map { index, user in
            var user = user
            user.id = index + 1
            return user
        }
    }

    /// The names in the broker's certificate.
    var brokerGeneralNames: [GeneralName] {
        let names = brokerNames.isEmpty ? localNames : brokerNames
        // Of several brokers all but the first are found by their addresses alone.
        let more = brokerAddresses.dropFirst().filter { !names.contains($0) }
        return (names + more).map { GeneralName.address($0) ?? .dns($0) }
    }

    /// The names in the certificate of the gateway's HTTPS: the broker's, and those of this machine in any case.
    var gatewayGeneralNames: [GeneralName] {
        (localNames + brokerNames.filter { !localNames.contains($0) }).map { GeneralName.address($0) ?? .dns($0) }
    }

    /// What this machine is called on itself, and the address where it listens.
    private var localNames: [String] {
        let loopback = ["localhost", "127.0.0.1", "::1"]
        return address == "0.0.0.0" || loopback.contains(address) ? loopback : loopback + [address]
    }

    /// The name of where it listens, as dojot's own broker names itself: localhost rather than an address.
    var ownHost: String { ["127.0.0.1", "0.0.0.0"].contains(address) ? "localhost" : address }

    /// A name in the broker's certificate, by which a client finds it and checks it.
    var brokerHost: String {
        if brokerNames.isEmpty || brokerNames.contains(ownHost) { return ownHost }
        let name = brokerNames.first { !$0.hasPrefix("*") } ?? ownHost
        return name.contains(":") ? "[\(name)]" : name
    }

    /// Whether a name is of the kind that Mosca's client identifiers are made of: `\w+`.
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0.isWordByte }
    }
}
