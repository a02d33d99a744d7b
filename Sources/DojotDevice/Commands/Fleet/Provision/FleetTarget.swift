import CommandLineKit
import Dojot
import Enrollment
import HTTP
import PKI

/// Which platform a fleet's identities come from: all that can be checked before anything is touched or sent.
struct FleetTarget {
    let gateway: Gateway
    let trust: HTTPTrust
    private let authorityName: String
    private let command: FleetProvision

    init(_ command: FleetProvision) throws {
        self.command = command
        gateway = try Gateway(command.host)
        authorityName = try PlatformName.check(command.authorityName, as: "CA name")
        if let tenant = command.gateway.tenant { _ = try PlatformName.check(tenant, as: "tenant") }
        if let generation = command.platform.generation { try generation.check(command.keys.algorithm) }
        trust = command.gateway.https.trust()
    }

    /// A client for this thread, which gives up when it is to end.
    func client(_ stop: StopRequest) -> HTTPClient { HTTPClient(trust: trust) { stop.signal != nil } }

    /// What is wanted for each device; the login tells the tenant.
    func order(for session: Session) throws -> Enrollment.Order {
        Enrollment.Order(
            // Its place is taken by each device's own.
            name: try DeviceName("device"), tenant: command.gateway.tenant ?? session.claims.service,
            gateway: "\(gateway)", authorityName: authorityName,
            endEntityPassword: command.content.endEntityPassword,
            subjectAlternativeNames: try command.content.subjectAlternativeNames(),
            broker: Enrollment.Order.Broker(
                host: command.broker?.host ?? gateway.host, port: command.broker?.port ?? 8883,
                kind: command.brokerKind),
            keyAlgorithm: command.keys.algorithm, givenKey: nil, overwrite: false,
            login: Profile.Login(session))
    }

    /// What the options say of the broker of devices that have an identity; nil where they say nothing.
    var profileChange: ProfileChange? {
        guard command.broker != nil || command.brokerKind != nil else { return nil }
        return ProfileChange(
            brokerHost: command.broker?.host, brokerPort: command.broker.map { $0.port ?? 8883 },
            brokerKind: command.brokerKind)
    }

    /// Asks for the CA's certificate once, and so for the platform's generation.
    func source(for order: Enrollment.Order, _ session: Session, _ stop: StopRequest) throws -> Enrollment.Source {
        let source = try Enrollment.Source(
            asking: command.platform.authorities(
                at: gateway, session: session, http: client(stop), timeout: command.gateway.timeout),
            for: order)
        try source.platform.platform.check(order.keyAlgorithm)
        Console.note("fetched the CA's certificate: \(source.certificate.subject)")
        return source
    }

    /// Checks that the folder has the CA's certificate that the gateway sends, or none: devices that an earlier run provisioned would stay
    /// with a CA that the broker no longer trusts, and all others would fail one by one.
    func check(_ authority: Certificate, in directory: String) throws(Failure) {
        let known = (try? CredentialStore(directory: directory).authorities(named: authorityName)) ?? []
        guard !known.isEmpty, !known.contains(authority) else { return }
        throw Failure(
            .cannotCreate,
            "\(directory)/\(authorityName).crt is another CA certificate than the one that the gateway sends: the platform was"
                + " set up anew, or its CA was replaced",
            hint: "give another folder with --certs-dir, or move the old identities away first:"
                + " mv \(directory.shellWord) \("\(directory).old".shellWord)")
    }

    /// The folder of identities, which is made where there is none.
    func folder() throws -> String {
        let store = command.store.store(for: nil)
        try store.makeFolder()
        return store.directory
    }
}
