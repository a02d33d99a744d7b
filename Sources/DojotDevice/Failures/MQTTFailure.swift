import Dojot
import Enrollment
import MQTT

extension Failure {
    /// What a failed connection, publication or subscription means for the program.
    init(_ error: MQTTError) {
        self.init(
            Failure.exitCode(of: error.code), VisiblePaths.shown(in: error.message),
            hint: Failure.repair(for: error) ?? error.hint ?? Failure.hint(for: error))
    }

    /// The command that replaces a file of the device's identity that cannot be used: better than to convert it.
    private static func repair(for error: MQTTError) -> String? {
        switch error.code {
        case .fileMissing, .fileUnreadable, .keyMismatch, .keyEncrypted:
            CommandContext.current.restoration(of: error.message)
        default: nil
        }
    }

    /// The command that helps, where the error itself names nothing.
    private static func hint(for error: MQTTError) -> String? {
        let context = CommandContext.current
        switch error.code {
        case .timeout, .connectionLost, .closedBeforeConnack, .handshakeClosed, .unreachable:
            return context.diagnosis() ?? "run it again, with a longer --timeout where the network is slow"
        case .connack(2), .connack(4), .connack(5), .connack(133), .connack(134), .connack(135):
            // VerneMQ of dojot 0.7 and later goes by the certificate that the platform has associated with the device.
            return context.diagnosis(withLogin: context.brokerKind == .vernemq)
                ?? "the client identifier must be TENANT:DEVICE, and the certificate that device's own"
        case .clientExpired: return context.renewal ?? "give another certificate and its key with --cert and --key"
        case .clientRevoked, .clientCertificate:
            return context.device.map { context.retrieval(of: $0, isNew: true) }
                ?? "give another certificate and its key with --cert and --key"
        case .clientUnknownAuthority, .serverUnknownAuthority:
            // It compares the identity with the gateway's CA.
            return context.device.map { context.retrieval(of: $0) }
                ?? "use the certificates of the platform that the broker belongs to"
        default: return nil
        }
    }

    private static func exitCode(of code: MQTTError.Code) -> ExitCode {
        switch code {
        case .invalid, .tlsSettings: return .usage
        case .fileMissing: return .noInput
        case .fileUnreadable, .keyMismatch, .keyEncrypted: return .dataError
        case .nameResolution, .refused, .unreachable, .proxy: return .unavailable
        case .timeout, .connectionLost, .closedBeforeConnack, .handshakeClosed, .notConnected: return .temporaryFailure
        case .notTLS, .noCommonProtocol, .tls, .protocolViolation: return .protocolError
        case .interrupted: return .interrupted
        case .terminated: return .terminated
        case .library: return .failure
        default: return exitCode(ofReason: reason(of: code))
        }
    }

    /// The number of "connack.5" and its like; nil where the code has none.
    private static func reason(of code: MQTTError.Code) -> Int? {
        code.rawValue.split(separator: ".").last.flatMap { Int($0) }
    }

    /// A reason code of MQTT 3.1.1, section 3.2.2.3, or of MQTT 5, section 2.4; without one it is a certificate that is refused.
    private static func exitCode(ofReason reason: Int?) -> ExitCode {
        switch reason {
        case 1, 129, 130, 132: .protocolError
        case 3, 136, 137, 147, 151, 159: .temporaryFailure
        default: .refused
        }
    }
}
