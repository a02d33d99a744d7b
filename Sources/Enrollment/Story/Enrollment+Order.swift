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
        public var broker: Profile.Broker
        /// The key that must be used, where one was given.
        public var givenKey: PublicKey?
        /// Whether another identity and another CA certificate may be replaced.
        public var overwrite: Bool

        public init(
            name: DeviceName, tenant: String, gateway: String, authorityName: String, endEntityPassword: String,
            subjectAlternativeNames: [GeneralName], broker: Profile.Broker, givenKey: PublicKey?,
            overwrite: Bool
        ) {
            self.name = name
            self.tenant = tenant
            self.gateway = gateway
            self.authorityName = authorityName
            self.endEntityPassword = endEntityPassword
            self.subjectAlternativeNames = subjectAlternativeNames
            self.broker = broker
            self.givenKey = givenKey
            self.overwrite = overwrite
        }
    }
}

extension Profile {
    init(_ order: Enrollment.Order, _ certificate: Certificate) {
        self.init(
            gateway: order.gateway, tenant: order.tenant, device: order.name.device,
            commonName: certificate.subject.commonName ?? "\(order.name)", ca: order.authorityName,
            platform: .ejbca, broker: order.broker,
            certificate: CertificateSummary(
                serial: certificate.serialNumber.hexadecimal,
                notBefore: "\(Timestamp(unixSeconds: certificate.notBefore))",
                notAfter: "\(Timestamp(unixSeconds: certificate.notAfter))"))
    }
}
