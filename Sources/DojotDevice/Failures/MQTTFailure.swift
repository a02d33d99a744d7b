import MQTT

extension Failure {
    /// What a failed connection, publication or subscription means for the program.
    init(_ error: MQTTError) {
        self.init(Failure.exitCode(of: error.code), error.message, hint: error.hint ?? Failure.hint(for: error.code))
    }

    /// The way out where the error itself knows none.
    private static func hint(for code: MQTTError.Code) -> String? {
        switch code {
        case .timeout: "wait longer with --timeout SECONDS, or see where it stops: dojot-device diagnose DEVICE"
        case .connectionLost, .closedBeforeConnack, .handshakeClosed, .unreachable:
            "run it again, or see where it stops: dojot-device diagnose DEVICE"
        default: nil
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
