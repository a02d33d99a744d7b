import CommandLineKit
import Dojot
import Enrollment
import PKI

/// `revoke`: a certificate is taken back, at the platform and here.
struct Revoke: Command {
    static let configuration = CommandConfiguration(
        name: "revoke",
        abstract: "Take a device's certificate back, so that the broker refuses it.",
        discussion: """
            The platform revokes it; then the CA's revocation list is fetched anew, and the identity's files go to \
            revoked/ in the folder of identities. It asks first; where there is no terminal to ask on, --yes is needed. \
            Run again after it was cut off, it completes what is left to do.
            """,
        examples: [
            Example("dojot-device revoke f60c28 --reason KEYCOMPROMISE", "asks, and takes the identity out of use"),
            Example("dojot-device revoke f60c28 --serial 5A0F3C --yes", "another certificate of the device"),
            Example(
                "dojot-device revoke f60c28 --serial 5A0F3C --gateway http://localhost:8000",
                "without an identity here"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "revoked, now or before"),
            ExitCodeDescription(1, "the answer was no"),
            ExitCodeDescription(64, "the command line is wrong, or there is no terminal to ask on"),
            ExitCodeDescription(65, "the platform has no such certificate"),
            ExitCodeDescription(66, "there is no such identity"),
            ExitCodeDescription(69, "the gateway cannot be reached"),
            ExitCodeDescription(74, "a file cannot be written"),
            ExitCodeDescription(75, "it may work later: time limit, 429, 502, 503, 504, another run at work"),
            ExitCodeDescription(76, "the platform broke its protocol"),
            ExitCodeDescription(77, "login or permission refused, or others may write to the folder"),
        ],
        environment: LoginOptions.environment)

    @Argument(help: "The device's id, as it was retrieved.", valueName: "device-id")
    var device: String

    @Option(.long("reason"), help: "Why, by EJBCA's names; x509-identity-mgmt keeps no reason.")
    var reason = RevocationReasonArgument(reason: .unspecified)

    @Option(
        .long("serial"),
        help:
            "Another certificate of the device, by its serial number in hexadecimal or decimal; the one in place stays."
    )
    var serial: SerialArgument?

    @Option(
        .long("ca"), help: "The CA that signed it; without it that of the profile, or IOTmidCA.", valueName: "ca-name")
    var authorityName: String?

    @Option(
        .long("platform"), help: "The platform's certificate API, where no profile tells it; asked for.",
        valueName: "api")
    var platformGeneration: PlatformArgument = .auto

    @Flag(.long("yes"), help: "Do not ask.")
    var isSure: Bool

    @Flag(.long("json"), help: "Print the result as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func run() throws {
        let place = try RevocationPlace(DeviceName(device), platform.store)
        let chosen = try place.choose(serial)
        if chosen == nil && serial == nil { return try finish(place) }
        if let chosen, !isSure { try ask(about: chosen) }

        let authority = try PlatformName.check(
            authorityName ?? place.profile?.ca ?? "IOTmidCA", as: "CA name")
        let access = try RevocationAccess(self, place, authorityName: authority)
        guard let target = try chosen ?? access.find(serial, in: place) else {
            return try tellRevokedBefore(place, access)
        }
        if chosen == nil && !isSure { try ask(about: target) }

        if $reason.source == .commandLine && !access.keepsReason {
            Console.note("this platform (x509-identity-mgmt) keeps no reason")
        }
        let (outcome, revoked) = try access.revoke(target, reason: reason.reason)
        let list = Result { try access.refreshRevocationList(place) }
        let folder = try place.put(away: target)
        try RevocationReport(
            place.shownName, revoked, outcome, access.keepsReason ? reason.reason : nil,
            folder: folder,
            revocationList: try? list.get()
        ).print(asJSON: printsJSON)
        _ = try list.get()
    }

    private func ask(about target: RevocationPlace.Target) throws(Failure) {
        let question = "revoke certificate \(target.description(of: device))? The broker then refuses it. [y/N] "
        guard let answer = Prompt.line(question) else {
            throw Failure(
                .usage, "nothing was revoked: there is no terminal to ask on", hint: "add --yes to go without")
        }
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(.failure, "nothing was revoked: the answer was no")
        }
    }

    /// There is no certificate in place: an earlier run may have moved it, and been cut off then.
    private func finish(_ place: RevocationPlace) throws {
        guard let (serial, folder) = try place.finish() else {
            // An identity whose files are missing has an error of its own.
            let identity = Result { () throws(EnrollmentError) in try place.store.load(place.name) }
            if case .failure(let error) = identity, error.code == .incomplete { throw error }
            throw Failure(
                .noInput, "no certificate of \(device) in \(place.store.directory)",
                hint: "give its folder with --certs-dir, or the certificate's number with --serial")
        }
        try RevocationReport(
            place.shownName, serial, .wasRevoked(nil), nil, folder: folder, revocationList: nil
        ).print(asJSON: printsJSON)
    }

    private func tellRevokedBefore(_ place: RevocationPlace, _ access: RevocationAccess) throws {
        guard let serial, let entry = try access.revocation(of: serial) else {
            throw Failure(.dataError, "the platform has no certificate of \(device) with that serial number")
        }
        try RevocationReport(
            place.shownName, entry.serialNumber, .wasRevoked(entry.reason), nil, folder: nil, revocationList: nil
        ).print(asJSON: printsJSON)
    }
}
