import CommandLineKit
import HTTP

/// What to trust of a gateway behind HTTPS.
struct HTTPSOptions: ParsableArguments {
    @Option(
        .long("https-ca"), help: "Trust the gateway's certificate if a CA in this PEM file signed it.",
        valueName: "file", environment: "DOJOT_HTTPS_CA")
    var authorityFile: String?

    @Flag(.long("skip-https-check"), help: "Do not check the gateway's certificate: anybody may answer in its place.")
    var skipsCheck: Bool

    func validate() throws {
        if skipsCheck && authorityFile != nil && $authorityFile.source == .commandLine {
            throw UsageError("--https-ca and --skip-https-check contradict each other")
        }
    }

    /// The trust that the options ask for. Prints a warning each time where the check is switched off.
    func trust() -> HTTPTrust {
        CommandContext.set(httpsOptions: typedOptions)
        if skipsCheck {
            Console.warning("the gateway's certificate is not checked: anybody may answer in its place")
            return .none
        }
        return authorityFile.map { .authority(file: $0) } ?? .system
    }

    /// The options as the command line has them, for the commands in hints.
    private var typedOptions: [String] {
        if skipsCheck { return ["--skip-https-check"] }
        guard let authorityFile, $authorityFile.source == .commandLine else { return [] }
        return ["--https-ca", authorityFile]
    }
}
