import CommandLineKit
import PKI

/// `inspect`: what `openssl x509 -noout -text` and its relatives tell, made to be read.
struct Inspect: Command {
    static let configuration = CommandConfiguration(
        name: "inspect",
        abstract: "Show what is in a certificate, request, key or list, and what is wrong with it.",
        discussion: """
            Takes certificates, chains, certificate requests, keys, revocation lists and PKCS #7 messages, in PEM, in \
            DER, or in base64 without PEM lines: the content tells which. Of a private key it shows kind and size, never \
            the secret. Of several objects, in one file or in several, it also says whether they belong together: this \
            key, this request, this certificate, this CA, this list.

            What is wrong is listed last, under names that stay the same, in --json too:
              unreadable empty missing trailing-data    what cannot be read
              mismatch not-authority wrong-order broken-chain
              bad-signature                             what does not fit together
              revoked                                   what a list given names
              expired expires-soon not-yet-valid
              stale-crl                                 time, by this machine's clock
              unusable-crl unchecked-crl partial-crl    a list that is not to be believed
              weak-key weak-signature unusual-key       what platforms refuse
              ambiguous-name                            what programs read differently
              is-ca self-signed wrong-usage             what is no device's
              encrypted-key exposed-key                 a key's file

            What has expired, or is weak, is shown and ends with 0 all the same, as with openssl; --expires-within asks \
            for more.

            With --format pem or der it writes the objects themselves. A private key is not written to a terminal, nor to \
            a file that others may read.
            """,
        usage: "[<options>] <file> ...",
        examples: [
            Example("dojot-device inspect certs/f60c28.crt", "the certificate"),
            Example(
                "dojot-device inspect certs/f60c28.key certs/f60c28.crt certs/IOTmidCA.crt",
                "also whether they belong together"),
            Example(
                "dojot-device inspect --expires-within 30d certs/f60c28.crt >/dev/null",
                "for cron: ends with 3, and a line on standard error, in the last 30 days"),
            Example("dojot-device inspect --json certs/f60c28.crt | jq -r .objects[0].serialDecimal", "for EJBCA"),
            Example("dojot-device inspect --format der certs/f60c28.crt >f60c28.der", "converts"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "shown or converted"),
            ExitCodeDescription(
                3,
                "with --expires-within: it does, or did already; or a list given revokes it, or is not to be believed"),
            ExitCodeDescription(64, "the command line is wrong"),
            ExitCodeDescription(65, "something cannot be read, or does not belong together"),
            ExitCodeDescription(66, "a file is missing"),
            ExitCodeDescription(73, "a private key would be written where others may read it"),
            ExitCodeDescription(74, "standard output cannot be written"),
        ],
        environment: [EnvironmentVariable("NO_COLOR", "if set, nothing is coloured")])

    @Argument(help: "The files; - for standard input.", valueName: "file")
    var files: [String]

    @Flag(.long("json"), help: "Print one JSON object; the same as --format json.")
    var printsJSON: Bool

    @Option(.long("format"), help: "What to print: a text, JSON, or the objects in PEM or DER.")
    var format: Format?

    @Option(
        .long("expires-within"), help: "End with 3 where a certificate, or a list, has no more time left than this.")
    var margin: LifeMargin?

    /// What is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, pem, der

        static let valueName = "format"
    }

    func validate() throws(UsageError) {
        if files.isEmpty { throw UsageError("no file is named", hint: "name one, or - for standard input") }
        if files.filter({ $0 == "-" }).count > 1 { throw UsageError("standard input can be read only once") }
        guard let format else { return }
        if printsJSON && format != .json { throw UsageError("--json and --format \(format) contradict each other") }
        if margin != nil && (format == .pem || format == .der) {
            throw UsageError("--expires-within and --format \(format) contradict each other")
        }
    }

    func run() throws {
        let inspection = Inspection(files.map(InputFile.init), margin: margin?.seconds)
        let verdict = Verdict(inspection: inspection, judgesTime: margin != nil)
        switch format ?? (printsJSON ? .json : .text) {
        case .text: InspectionText(inspection).print()
        case .json: try Console.result(json: InspectionJSON(inspection))
        case .pem: return try Conversion(inspection).writePEM()
        case .der: return try Conversion(inspection).writeDER()
        }
        try verdict.check()
    }
}
