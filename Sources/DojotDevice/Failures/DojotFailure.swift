import Dojot

extension Failure {
    /// What an error of the platform's, or a name that is none, means for the program.
    init(_ error: DojotError) {
        self.init(Failure.exitCode(of: error.code), error.message, hint: Failure.hint(for: error))
    }

    /// sysexits.h's code for it: 65 for what does not exist or is not taken, 75 for what may work later, 77 for what is
    /// refused to this user.
    static func exitCode(of code: DojotError.Code) -> ExitCode {
        switch code {
        case .invalidName, .invalidGateway: .usage
        case .invalidToken, .unknownCA, .unknownCertificate, .unknownDevice, .wrongState, .requestRefused: .dataError
        case .unauthorized, .forbidden, .wrongEndEntityPassword, .notActuator: .refused
        case .noRoute, .protocolViolation: .protocolError
        case .unavailable, .rateLimited: .temporaryFailure
        case .serverFailure: .unavailable
        case .transport(let code): exitCode(of: code)
        }
    }

    /// The way out, with a command to run where there is one.
    static func hint(for error: DojotError) -> String? {
        switch error.code {
        case .transport: return error.transport.flatMap(hint(for:))
        case .unknownCA where !error.knownNames.isEmpty:
            return "the platform has: \(error.knownNames.joined(separator: ", "))"
        case .unknownCA: return "the CA is called IOTmidCA unless the platform was set up otherwise"
        case .unknownDevice:
            return "see whether the device exists in the dojot web page, and give its id as it stands there"
        case .wrongEndEntityPassword: return "give the right one with --end-entity-password PASSWORD"
        case .unauthorized where error.isLogin, .forbidden where error.isLogin:
            return "see whether --username and the password are those of the dojot web page"
        case .unauthorized: return "log in again: the token holds for a few minutes only"
        case .forbidden:
            return "ask the tenant's administrator for the permission, or log in as another: --username NAME"
        case .unavailable, .rateLimited:
            guard let wait = error.retryAfter else { return "run it again later" }
            return "run it again in \(Int(min(wait, 1e9).rounded(.up))) s"
        case .protocolViolation where (300...399).contains(error.status ?? 0):
            return "give the gateway by the URL that it redirects to"
        case .noRoute, .protocolViolation:
            return "see whether the URL is that of dojot's gateway, such as http://localhost:8000"
        case .invalidToken: return "a token is what the login gives: three parts with \".\" between them"
        case .notActuator: return "see which of its attributes are actuators: dojot-device device show DEVICE"
        case .unknownCertificate, .serverFailure, .wrongState, .requestRefused, .invalidName, .invalidGateway:
            return nil
        }
    }
}
