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
            self.init(cryptography, message: VisiblePaths.shown(in: error.message))
            return
        }
        let (exitCode, hint) = Self.explain(error)
        self.init(exitCode, VisiblePaths.shown(in: error.message), hint: error.cure ?? hint)
    }

    /// The fix, where the enrollment knows a better one than the platform's error.
    private static func hint(for code: EnrollmentError.Code) -> String? {
        switch code {
        case .noPlatform:
            "see whether that is the URL of dojot's gateway; without --platform it is asked for its certificate API"
        case .notAssociated: "run the same command again: it completes the association"
        default: nil
        }
    }

    private static func explain(_ error: EnrollmentError) -> (ExitCode, String?) {
        let context = CommandContext.current
        let device = error.device ?? context.device
        let retrieve = device.map { context.retrieval(of: $0) }
        let retrieveAnew = device.map { context.retrieval(of: $0, isNew: true) }
        switch error.code {
        case .notFound: return (.noInput, retrieve)
        case .ambiguous: return (.usage, "name the device with its tenant")
        case .incomplete: return (.noInput, retrieveAnew)
        case .fileMissing: return (.noInput, nil)
        // It checks the files that are there and adds the profile.
        case .noProfile, .brokenProfile: return (.noInput, retrieve)
        // The old files are kept aside.
        case .mismatch: return (.dataError, retrieveAnew)
        case .expired: return (.dataError, retrieveAnew)
        case .revoked: return (.refused, retrieveAnew)
        case .notYetValid: return (.dataError, "set this machine's clock, then run the same command again")
        case .keyNotAccepted: return (.dataError, "leave out --key-type, or --key: a fitting key is made")
        case .unexpectedCertificate: return (.protocolError, "ask the platform's operator what signs in its place")
        case .authorityDiffers:
            return (
                .cannotCreate,
                "give another folder with --certs-dir for another platform"
                    + (retrieveAnew.map { "; where this platform's CA was replaced: \($0)" } ?? "")
            )
        case .otherPlatform:
            return (
                .cannotCreate,
                "give another folder with --certs-dir for another platform"
                    + (retrieveAnew.map { "; to replace what is there: \($0)" } ?? "")
            )
        case .otherKey: return (.cannotCreate, "run again without --key to complete it, or with -w to set it aside")
        case .busy: return (.temporaryFailure, "wait until it has ended, then run the same command again")
        case .openFolder: return (.refused, nil)
        case .cannotCreate:
            return (.cannotCreate, "give a folder that this user can create and write to with --certs-dir")
        case .cannotRead: return (.noInput, context.restoration(of: error.message))
        case .cannotWrite: return (.inputOutput, nil)
        case .platform, .noPlatform, .notAssociated, .cryptography: return (.failure, nil)
        }
    }
}
