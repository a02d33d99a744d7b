import Dojot
import Enrollment
import HTTP
import PKI

/// Why one device of a fleet has no identity.
public struct ProvisioningFailure: Sendable, Equatable {
    /// A stable name of the cause, such as "platform.unknown-device": what `failed.csv` and the summary tell apart.
    public let code: String
    /// What was tried, on what, why it failed: lower case, no full stop.
    public let reason: String
    /// Whether the same command may well succeed later, with nothing changed.
    public let mayWorkLater: Bool
    /// Whether the gateway was not reached at all.
    let isUnreached: Bool

    /// - Parameter error: of `Enrollment`, `Dojot`, `PKI` or this module.
    public init(_ error: any Error) {
        switch error {
        case let error as EnrollmentError: self.init(enrollment: error)
        case let error as DojotError: self.init(platform: error, error.message)
        case let error as PKIError: self.init("cryptography", error.message)
        default: self.init("other", "\(error)")
        }
    }

    private init(_ code: String, _ reason: String, mayWorkLater: Bool = false, isUnreached: Bool = false) {
        (self.code, self.reason, self.mayWorkLater, self.isUnreached) = (code, reason, mayWorkLater, isUnreached)
    }

    private init(platform error: DojotError, _ reason: String) {
        let (name, mayWorkLater) = Self.meaning(of: error.code)
        self.init(
            name, reason, mayWorkLater: mayWorkLater,
            isUnreached: error.transport.map { $0.code == .cannotConnect || $0.code == .cannotResolve } ?? false)
    }

    private init(enrollment error: EnrollmentError) {
        if let platform = error.platform {
            self.init(platform: platform, error.message)
        } else if error.cryptography != nil {
            self.init("cryptography", error.message)
        } else {
            self.init(Self.name(of: error.code), error.message, mayWorkLater: error.code == .busy)
        }
    }

    private static func meaning(of code: DojotError.Code) -> (String, mayWorkLater: Bool) {
        switch code {
        case .invalidName: ("name.invalid", false)
        case .invalidGateway: ("gateway.invalid", false)
        case .invalidToken: ("login.invalid-token", false)
        case .unauthorized: ("login.refused", false)
        case .forbidden: ("platform.forbidden", false)
        case .accountNotReady: ("login.account", false)
        case .clientRefused, .noServiceAccount, .wrongClientSecret: ("login.client", false)
        case .unknownTenant: ("login.unknown-tenant", false)
        case .issuerNotAllowed: ("login.issuer", false)
        case .unknownCA: ("platform.unknown-ca", false)
        case .unknownCertificate: ("platform.unknown-certificate", false)
        case .unknownDevice: ("platform.unknown-device", false)
        case .wrongEndEntityPassword: ("platform.end-entity-password", false)
        case .wrongState: ("platform.signed-before", false)
        case .notActuator: ("platform.not-actuator", false)
        case .requestRefused: ("platform.request-refused", false)
        case .noRoute: ("platform.no-route", false)
        case .protocolViolation: ("platform.protocol", false)
        case .unavailable: ("platform.unavailable", true)
        case .rateLimited: ("platform.rate-limited", true)
        case .serverFailure: ("platform.failure", true)
        case .transport(let code): meaning(of: code)
        }
    }

    private static func meaning(of code: HTTPError.Code) -> (String, mayWorkLater: Bool) {
        switch code {
        case .cannotResolve: ("gateway.name", true)
        case .cannotConnect: ("gateway.connect", true)
        case .timedOut: ("gateway.timeout", true)
        case .connectionLost: ("gateway.lost", true)
        case .interrupted: ("interrupted", true)
        case .tls: ("gateway.tls", false)
        case .tooLarge, .notHTTP: ("gateway.protocol", false)
        case .invalidRequest, .authorityFileMissing, .authorityFileInvalid, .libraryMissing, .other:
            ("gateway.other", false)
        }
    }

    private static func name(of code: EnrollmentError.Code) -> String {
        switch code {
        case .mismatch, .incomplete, .noProfile, .notFound, .ambiguous, .fileMissing: "files.incomplete"
        case .expired: "certificate.expired"
        case .revoked: "certificate.revoked"
        case .notYetValid: "certificate.not-yet-valid"
        case .unexpectedCertificate: "certificate.unexpected"
        case .keyNotAccepted: "key.not-accepted"
        case .authorityDiffers: "files.other-ca"
        case .otherPlatform: "files.other-platform"
        case .otherKey: "files.other-key"
        case .busy: "files.busy"
        case .openFolder: "files.open-folder"
        case .cannotCreate, .cannotWrite: "files.cannot-write"
        case .cannotRead, .brokenProfile: "files.cannot-read"
        case .noPlatform, .notAssociated, .platform, .cryptography: "other"
        }
    }
}
