import Dojot
import Enrollment

extension Failure {
    /// What went wrong with an identity, and the command that mends it.
    init(_ error: EnrollmentError) {
        if let platform = error.platform {
            self.init(
                Self.exitCode(of: platform.code), error.message,
                hint: Self.hint(for: error.code) ?? Self.hint(for: platform))
            return
        }
        if let cryptography = error.cryptography {
            self.init(cryptography, message: error.message)
            return
        }
        let (exitCode, hint) = Self.explain(error.code, error.device ?? "DEVICE")
        self.init(exitCode, error.message, hint: error.cure ?? hint)
    }

    /// The way out, where the story knows a better one than the platform's error.
    private static func hint(for code: EnrollmentError.Code) -> String? {
        switch code {
        case .noPlatform:
            "see whether that is the URL of dojot's gateway; without --platform it is asked for its certificate API"
        case .notAssociated: "run the same command again: it completes the association"
        default: nil
        }
    }

    private static func explain(_ code: EnrollmentError.Code, _ name: String) -> (ExitCode, String?) {
        let retrieve = "dojot-device retrieve-cert HOST \(name)"
        switch code {
        case .notFound: return (.noInput, "run '\(retrieve)', or name its folder with --certs-dir")
        case .ambiguous: return (.usage, "say which: TENANT:\(name)")
        case .incomplete: return (.noInput, "run '\(retrieve) -w' for a new identity")
        case .fileMissing: return (.noInput, nil)
        case .noProfile: return (.noInput, "run '\(retrieve)': it checks the files that are there and adds the profile")
        case .mismatch: return (.dataError, "run '\(retrieve) -w' for a new identity; the old files are kept aside")
        case .expired: return (.dataError, "run '\(retrieve) -w' for a new certificate, or set this machine's clock")
        case .notYetValid: return (.dataError, "set this machine's clock, then run the same command again")
        case .keyNotAccepted: return (.dataError, "leave out --key-type, or --key: a fitting key is made")
        case .unexpectedCertificate: return (.protocolError, "ask the platform's operator what signs in its place")
        case .authorityDiffers:
            return (
                .cannotCreate, "use another --certs-dir for another platform, or -w where this platform's CA changed"
            )
        case .otherPlatform:
            return (.cannotCreate, "use another --certs-dir for another platform, or -w to replace what is there")
        case .otherKey: return (.cannotCreate, "run again without --key to complete it, or with -w to set it aside")
        case .busy: return (.temporaryFailure, "wait until it has ended, then run the same command again")
        case .openFolder: return (.refused, nil)
        case .cannotCreate: return (.cannotCreate, nil)
        case .cannotRead: return (.noInput, nil)
        case .cannotWrite: return (.inputOutput, nil)
        case .platform, .noPlatform, .notAssociated, .cryptography: return (.failure, nil)
        }
    }
}
