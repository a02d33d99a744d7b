import CommandLineKit

/// How messages are printed.
struct OutputOptions: ParsableArguments {
    @Option(
        .long("format"), .short("F"),
        help: "What to print of each message, as mosquitto_sub writes it: '%t %p', '%J', '@H:@M %x'.")
    var format: OutputFormat?

    @Flag(.long("verbose"), .short("v"), help: "Print the topic before the message.")
    var isVerbose: Bool

    @Flag(.long("no-newline"), .short("N"), help: "Add no line feed after a message.")
    var omitsLineEnd: Bool

    @Flag(.long("pretty"), help: "Indent the JSON of --format %j and %J.")
    var isPretty: Bool

    @Flag(.long("json"), help: "Print each message as one JSON object a line.")
    var printsJSON: Bool

    func validate() throws(UsageError) {
        if printsJSON && (format != nil || isVerbose) { throw UsageError("--json excludes --format and --verbose") }
    }

    func style() throws(UsageError) -> MessagePrinter.Style {
        if printsJSON { return .json }
        if let format { return .format(format, isPretty: isPretty) }
        return isVerbose ? .verbose : .payload
    }
}
