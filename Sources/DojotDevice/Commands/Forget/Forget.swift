import CommandLineKit
import Dojot
import Enrollment
import PKI

/// `forget`: a device's identity is removed from this machine.
struct Forget: Command {
    static let configuration = CommandConfiguration(
        name: "forget",
        abstract: "Remove a device's identity from this machine.",
        discussion: """
            Removes the key, the certificate, the profile, and the identity before. Nothing can bring the key back. The \
            platform is not asked: the certificate stays valid until it expires or is revoked.

            It asks first; where there is no terminal to ask on, --yes is needed. Run again after it was cut off, it \
            completes what is left to do.
            """,
        examples: [
            Example("dojot-device forget f60c28", "asks, and removes the identity"),
            Example("dojot-device revoke f60c28 && dojot-device forget f60c28 --yes", "revoke it first"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "removed"),
            ExitCodeDescription(1, "the answer was no, or a retrieval is unfinished"),
            ExitCodeDescription(64, "the command line is wrong, or there is no terminal to ask on"),
            ExitCodeDescription(66, "there are no files of the device"),
            ExitCodeDescription(74, "a file cannot be removed"),
            ExitCodeDescription(75, "another run is at work on the device"),
            ExitCodeDescription(77, "others may write to the folder"),
        ])

    @Argument(help: "The device's id, as its files are named.", valueName: "device-id")
    var device: String

    @Flag(.long("yes"), help: "Do not ask.")
    var isSure: Bool

    @Flag(.long("force"), help: "Remove the key of an unfinished retrieval, too: it may be signed already.")
    var isForced: Bool

    @OptionGroup()
    var store: StoreOptions

    func run() throws {
        let asked = try DeviceName(device)
        let store = store.store(for: asked)
        let name = try store.storedName(of: asked)
        CommandContext.set(device: "\(name)", directory: self.store.directory)
        let identity = try? store.load(name)
        // Of a name that is found under another one nothing is shown.
        let certificate = identity?.name == "\(name)" ? try? identity?.readCertificate() : nil
        let folder = try store.checkOut(name)
        if folder.hasPendingRun && !isForced {
            throw Failure(
                .failure, "a retrieval of \(name) is unfinished: the platform may have signed its key already",
                hint: CommandContext.current.command(["forget", "\(name)"], ["--force"]))
        }
        if !isSure { try ask(name, certificate, store) }
        try folder.removeAll()
        Console.result("\(name): removed from \(store.directory)")
        guard let certificate, let identity, certificate.notAfter > Timestamp.now.unixSeconds else { return }
        let revocation = CommandContext.current.command(
            ["revoke", "\(name)"], ["--serial", "\(certificate.serialNumber)", "--gateway", identity.profile.gateway])
        Console.note("its certificate is still valid; to revoke it: \(revocation)")
    }

    private func ask(_ name: DeviceName, _ certificate: Certificate?, _ store: CredentialStore) throws(Failure) {
        let subject = certificate.map { " (certificate \($0.serialNumber), \(Remaining(of: $0)))" } ?? ""
        let question = "remove the key and all files of \(name)\(subject) from \(store.directory)? [y/N] "
        guard let answer = Prompt.line(question) else {
            throw Failure(
                .usage, "nothing was removed: there is no terminal to ask on", hint: "add --yes to go without")
        }
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(.failure, "nothing was removed: the answer was no")
        }
    }
}
