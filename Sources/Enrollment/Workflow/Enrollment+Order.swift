public import Dojot
public import PKI

extension Enrollment {
    /// What is wanted.
    public struct Order: Sendable {
        public var name: DeviceName
        public var tenant: String
        /// The gateway's address, as the profile keeps it.
        public var gateway: String
        public var authorityName: String
        /// The password that EJBCA knows for the end entity.
        public var endEntityPassword: String
        public var subjectAlternativeNames: [GeneralName]
        public var broker: Broker
        /// What kind of key it is to be.
        public var keyAlgorithm: KeyAlgorithm
        /// The key that must be used, where one was given.
        public var givenKey: PublicKey?
        /// Whether another identity and another CA certificate may be replaced.
        public var overwrite: Bool
        /// How the user logged in; nil up to dojot 0.8.
        public var login: Profile.Login?
        /// The certificate that this one comes after: the platform is asked for the same name, and told first to sign once more.
        public var renewed: Certificate?

        public init(
            name: DeviceName, tenant: String, gateway: String, authorityName: String, endEntityPassword: String,
            subjectAlternativeNames: [GeneralName], broker: Broker, keyAlgorithm: KeyAlgorithm, givenKey: PublicKey?,
            overwrite: Bool, login: Profile.Login? = nil
        ) {
            self.name = name
            self.tenant = tenant
            self.gateway = gateway
            self.authorityName = authorityName
            self.endEntityPassword = endEntityPassword
            self.subjectAlternativeNames = subjectAlternativeNames
            self.broker = broker
            self.keyAlgorithm = keyAlgorithm
            self.givenKey = givenKey
            self.overwrite = overwrite
            self.login = login
        }

        /// How the broker is reached; its kind follows from the platform where it is not said.
        public struct Broker: Sendable {
            public var host: String
            /// TCP port of MQTT over TLS, 1 to 65535.
            public var port: Int
            public var kind: BrokerKind?

            public init(host: String, port: Int, kind: BrokerKind?) {
                self.host = host
                self.port = port
                self.kind = kind
            }
        }
    }
}

extension Profile {
    init(_ order: Enrollment.Order, _ certificate: Certificate, on platform: PlatformGeneration) {
        self.init(
            gateway: order.gateway, tenant: order.tenant, device: order.name.device,
            commonName: certificate.subject.commonName ?? "\(order.name)", ca: order.authorityName,
            platform: platform, login: order.login,
            broker: Broker(
                host: order.broker.host, port: order.broker.port, kind: order.broker.kind ?? platform.usualBroker),
            certificate: CertificateSummary(
                serial: certificate.serialNumber.hexadecimal,
                notBefore: "\(Timestamp(unixSeconds: certificate.notBefore))",
                notAfter: "\(Timestamp(unixSeconds: certificate.notAfter))"))
    }
}
