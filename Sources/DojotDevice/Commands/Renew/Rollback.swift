import Dojot
import Enrollment
import PKI

/// The way back to the identity before, for a renewed one that turned out not to do.
struct Rollback {
    private let manner: RenewalMannerOptions
    /// Whether a login can be made without asking anybody: told before one takes its password out of the environment.
    private let isLoginAtHand: Bool
    private let store: StoreOptions
    private let logins: PlatformLogins
    private let timeout: Double

    init(_ command: Renew, _ logins: PlatformLogins) {
        (manner, store, timeout) = (command.manner, command.store, command.timeout)
        isLoginAtHand = command.login.isAtHand
        self.logins = logins
    }

    /// Brings the identity before back, unless it is revoked: by our own note, by the revocation list here, or by what the platform says,
    /// which is asked where the login needs no question.
    func run(_ name: DeviceName) throws -> RenewalResult {
        let store = store.store(for: name)
        let present = try store.load(name)
        let replaced = try present.readCertificate()
        let folder = try store.checkOut(DeviceName(present.name))
        guard let previous = try folder.previous(), previous.certificate != replaced else {
            throw Failure(.checkFailed, "there is no identity of \(present.name) before this one")
        }
        try check(previous, of: present, folder)
        try folder.rollBack(to: previous)
        var problems: [Failure] = []
        if let hook = manner.hook {
            do {
                try DeployHook(hook).run(present.name, folder.files(authorityName: previous.profile.ca))
            } catch {
                problems.append(error)
            }
        }
        return .rolledBack(try store.load(name), previous.certificate, old: replaced, problems: problems)
    }

    private func check(_ previous: PreviousIdentity, of present: Identity, _ folder: IdentityFolder) throws {
        guard !previous.isRevoked else { throw refused(previous, of: present, "it was revoked from here") }
        let list = folder.revocationList(of: previous.profile.ca)
        switch try list.answer(about: previous.certificate) {
        case .revoked: throw refused(previous, of: present, "it is on the CA's revocation list")
        case .unknown(let problem):
            if problem.kind == .expired, try list.read().flatMap(previous.certificate.revocation) != nil {
                throw refused(previous, of: present, "it is on the CA's last revocation list, which is out of date")
            }
            Console.warning("\(present.name): the CA's revocation list says nothing: it \(problem.message)")
        case .notRevoked, nil: break
        }
        guard isLoginAtHand else {
            return Console.note(
                "\(present.name): the platform is not asked whether it is revoked: no password was given")
        }
        switch try standing(of: previous) {
        case .valid: break
        case .revoked: throw refused(previous, of: present, "the platform has revoked it")
        case .unknown: throw refused(previous, of: present, "the platform does not have it")
        }
    }

    private func standing(of previous: PreviousIdentity) throws -> CertificateStanding.State {
        let profile = previous.profile
        return try logins.withLogin(for: profile) { login in
            let platforms = PlatformArgument.auto.authorities(
                at: login.gateway, session: login.session, http: login.http, timeout: timeout, known: profile.platform)
            // One generation is known, so there is one platform.
            return try platforms[0].standing(of: previous.certificate, caName: profile.ca).state
        }
    }

    private func refused(_ previous: PreviousIdentity, of present: Identity, _ reason: String) -> Failure {
        Failure(
            .checkFailed,
            "the previous certificate, \(previous.certificate.serialNumber), cannot be restored: \(reason)",
            hint: CommandContext.current.command(["renew", present.name], ["--force"]))
    }
}

extension LoginOptions {
    /// Whether a login can be made without asking anybody.
    var isAtHand: Bool {
        let isGiven =
            readsPasswordFromInput || [passwordFile, tokenFile, way.clientSecretFile].contains { $0 != nil }
        return isGiven || Environment.has("DOJOT_TOKEN") || (username != nil && Environment.has("DOJOT_PASSWORD"))
    }
}
