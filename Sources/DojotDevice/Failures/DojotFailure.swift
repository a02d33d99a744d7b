import CommandLineKit
import Dojot
import HTTP

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
        case .invalidToken, .unknownCA, .unknownCertificate, .unknownDevice, .wrongState, .requestRefused,
            .unknownTenant:
            .dataError
        case .accountNotReady, .clientRefused, .noServiceAccount, .wrongClientSecret, .issuerNotAllowed: .refused
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
        // The first request: what closes its connection is likely to speak another protocol.
        case .transport where error.isLogin && error.transport?.code == .connectionLost:
            return
                "run the same command again; if it fails again, check the port: a broker closes such a connection too"
        case .transport: return error.transport.flatMap(hint(for:))
        case .unknownCA where !error.knownNames.isEmpty:
            return "the platform has: \(error.knownNames.joined(separator: ", "))"
        case .unknownCA: return "the CA is called IOTmidCA unless the platform was set up otherwise"
        case .unknownDevice:
            return CommandContext.current.deviceList ?? "give the device's id as the dojot web page shows it"
        case .wrongEndEntityPassword: return "give the right one with --end-entity-password"
        case .unauthorized where error.isLogin, .forbidden where error.isLogin:
            return "see whether --username and the password are those of the dojot web page"
        case .accountNotReady:
            return "log in once on the web page and choose a new password there: \(error.page ?? "the dojot web page")"
        case .clientRefused:
            return
                "a default installation has one client for this, \(PlatformLogin.defaultClientID), which an administrator must"
                + " enable first at \(error.page ?? "Keycloak's console"); name another one with --client-id"
        case .noServiceAccount:
            return
                "log in as a user with --username; or an administrator gives the client a service account at"
                + " \(error.page ?? "Keycloak's console"), for which it must be confidential"
        case .wrongClientSecret:
            return
                "give the secret that the client has at \(error.page ?? "Keycloak's console") with --client-secret-file"
        case .unknownTenant:
            return "name the user's tenant with --tenant; without it \(PlatformLogin.defaultTenant) is taken"
        case .issuerNotAllowed:
            return
                "give the gateway's URL with the name that dojot was installed with, its DOJOT_DOMAIN_NAME, and log in again there"
        case .unauthorized: return "log in again: the token holds for a few minutes only"
        case .forbidden where CommandContext.current.isClientLogin:
            return
                "an administrator can assign the realm role user to the client's service account at Keycloak's console"
        case .forbidden:
            return "ask the tenant's administrator for the permission, or log in as another user with --username"
        case .unavailable, .rateLimited:
            guard let wait = error.retryAfter else { return "run it again later" }
            return "run it again in \(Int(min(wait, 1e9).rounded(.up))) s"
        case .protocolViolation where (300...399).contains(error.status ?? 0):
            return "give the gateway by the URL that it redirects to"
        case .noRoute, .protocolViolation:
            return "give the URL of dojot's gateway, which has port 8000 in a default installation"
        case .invalidToken: return "a token is what the login gives: three parts with \".\" between them"
        case .notActuator:
            return CommandContext.current.device.map { CommandContext.current.command(["device", "show", $0]) }
        case .unknownCertificate, .serverFailure, .wrongState, .requestRefused, .invalidName, .invalidGateway:
            return nil
        }
    }
}
