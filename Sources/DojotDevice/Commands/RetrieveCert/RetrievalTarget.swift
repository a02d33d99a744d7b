import Dojot
import Enrollment
import PKI

/// Whose identity is wanted and from where: all that can be checked before anything is touched or sent.
struct RetrievalTarget {
    let name: DeviceName
    let gateway: Gateway
    let authorityName: String
    private let command: RetrieveCert

    init(_ command: RetrieveCert) throws {
        self.command = command
        name = try DeviceName(command.device)
        gateway = try Gateway(command.host)
        authorityName = try PlatformName.check(command.authorityName, as: "CA name")
        if let tenant = command.gateway.tenant {
            _ = try PlatformName.check(tenant, as: "tenant")
            guard name.tenant == nil || name.tenant == tenant else {
                throw Failure(.usage, "\(name) is not of the tenant \(tenant) that --tenant says")
            }
        }
        if let generation = command.platform.generation, command.certificate.keyFile == nil {
            try generation.check(command.certificate.kind.algorithm)
        }
    }

    /// What is in place already, as far as it is to be kept: nothing where a new identity is wanted or a run must be completed.
    func examine(_ folder: IdentityFolder) throws -> IdentityFolder.State {
        if command.overwrite { return .nothing }
        return try folder.state(authorityName: authorityName, from: "\(gateway)")
    }

    /// What the options say of the broker of an identity that is kept.
    var profileChange: ProfileChange {
        ProfileChange(
            brokerHost: command.broker?.host, brokerPort: command.broker.map { $0.port ?? 8883 },
            brokerKind: command.brokerKind)
    }

    /// The order for the platform; the login tells the tenant.
    func order(for session: Session, key: KeySource, in folder: IdentityFolder) throws -> Enrollment.Order {
        let tenant = command.gateway.tenant ?? session.claims.service
        guard name.tenant == nil || name.tenant == tenant else {
            throw Failure(
                .usage, "\(name) is not of the tenant \(tenant) that this user belongs to",
                hint: "log in as a user of \(name.tenant ?? tenant), or name the device \(tenant):\(name.device)")
        }
        return Enrollment.Order(
            name: name, tenant: tenant, gateway: "\(gateway)", authorityName: authorityName,
            endEntityPassword: command.certificate.content.endEntityPassword,
            subjectAlternativeNames: try command.certificate.content.subjectAlternativeNames(),
            broker: broker(in: folder),
            keyAlgorithm: key.algorithm, givenKey: key.given?.publicKey, overwrite: command.overwrite,
            login: Profile.Login(session))
    }

    /// The broker that was named, else that of the identity which is replaced, else one on the gateway's host.
    private func broker(in folder: IdentityFolder) -> Enrollment.Order.Broker {
        let present = try? folder.readProfile()
        let before = present?.gateway == "\(gateway)" ? present : nil
        // A kind that followed from the platform follows from it again.
        let kind = before.flatMap { $0.broker.kind == $0.platform.usualBroker ? nil : $0.broker.kind }
        return Enrollment.Order.Broker(
            host: command.broker?.host ?? before?.broker.host ?? gateway.host,
            port: command.broker.map { $0.port ?? 8883 } ?? before?.broker.port ?? 8883,
            kind: command.brokerKind ?? kind)
    }
}
