extension SandboxOptions {
    /// A release of dojot, as its devices and its API's users see it.
    ///
    /// Each stands for its relatives: 0.4 for all up to 0.4, 0.6 for 0.5 and 0.6, 0.8 for 0.7 and 0.8.
    public enum Release: String, Sendable, CaseIterable {
        /// EJBCA-REST v0.4.x and IoTAgent-Mosca v0.4.x.
        case v04 = "0.4"
        /// x509-identity-mgmt v0.6.1 and VerneMQ, which identifies a device by its certificate's common name.
        case v06 = "0.6"
        /// x509-identity-mgmt v0.8.0 and VerneMQ with certificate-acl, which identifies a device by its certificate's fingerprint.
        case v08 = "0.8"
        /// As 0.8, but for login and history (1.0.0-rc.3).
        case v10 = "1.0"

        /// Which certificate API the gateway has routes for.
        public enum CertificateAPI: String, Sendable {
            /// EJBCA-REST: `/ca`, `/user`, `/sign`.
            case ejbca
            /// x509-identity-mgmt: `/x509/v1`.
            case x509
        }

        /// How a user logs in.
        public enum Login: Sendable {
            /// `POST /auth`, which answers a JWT in HS256.
            case auth
            /// Keycloak's token endpoint, a realm for each tenant.
            case keycloak
        }

        /// A path where the history of devices is served.
        public enum History: Sendable {
            /// `/history/device/…`.
            case history
            /// `/tss/v1/devices/…`.
            case tss
        }

        /// By what of a certificate the broker identifies the device.
        public enum Identification: Sendable {
            case commonName
            /// The SHA-256 fingerprint, which certificate-acl knows the device of.
            case fingerprint
        }

        /// Which certificate API the gateway has routes for.
        public var certificateAPI: CertificateAPI { self == .v04 ? .ejbca : .x509 }

        /// How a user logs in.
        public var login: Login { self == .v10 ? .keycloak : .auth }

        /// Where the history of devices is served.
        public var history: Set<History> {
            switch self {
            case .v04, .v06: [.history]
            case .v08: [.history, .tss]
            case .v10: [.tss]
            }
        }

        /// The broker of the release.
        public var broker: BrokerKind { self == .v04 ? .mosca : .vernemq }

        /// By what of a certificate the broker identifies the device.
        public var identification: Identification {
            switch self {
            case .v04, .v06: .commonName
            case .v08, .v10: .fingerprint
            }
        }

        /// Whether x509-identity-mgmt checks the subject of a request and puts the tenant before its common name.
        ///
        /// Until 0.6 it always does (x509-identity-mgmt/js/src/services/certificates-service.js, v0.6.1); later only where
        /// X509IDMGMT_CERTIFICATE_CHECK_SUBJECTDN is true, which by default it is not (iam/x509-identity-mgmt/js/config/default.conf,
        /// v0.8.0).
        public var checksSubject: Bool { self == .v06 }
    }

    /// Whose topics and client identifiers the broker goes by.
    public enum BrokerKind: String, Sendable, CaseIterable {
        /// IoTAgent-Mosca: `/TENANT/DEVICE/attrs`, and the client identifier is `TENANT:DEVICE`.
        case mosca
        /// VerneMQ: `TENANT:DEVICE/attrs`, and the client identifier is free.
        case vernemq
    }

    /// The broker's kind: that of the release where no other was asked for.
    var effectiveBrokerKind: BrokerKind { brokerKind ?? release.broker }
}
