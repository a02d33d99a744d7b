import CommandLineKit

/// Which messages are handled, and when it is over.
struct SelectionOptions: ParsableArguments {
    @Option(.long("count"), .short("C"), help: "End after so many messages.", valueName: "number")
    var count: Int?

    @Option(.long("wait"), .short("W"), help: "End after so many seconds, with exit code 27.", valueName: "seconds")
    var wait: Double?

    @Flag(.long("exit-after-subscribing"), .short("E"), help: "End once the broker has acknowledged the subscription.")
    var endsSubscribed: Bool

    @Flag(.long("no-retained"), .short("R"), help: "Leave out messages that the broker had kept.")
    var omitsRetained: Bool

    @Flag(.long("retained-only"), help: "Handle kept messages only, and end at the first fresh one.")
    var wantsRetainedOnly: Bool

    @Flag(.long("remove-retained"), help: "Make the broker forget each kept message that is received.")
    var removesRetained: Bool

    @Flag(.long("retain-as-published"), help: "See whether a message was published to be kept (MQTT 5).")
    var seesRetainAsPublished: Bool

    @Option(
        .long("filter-out"), .short("T"), help: "Leave out topics that this filter stands for.", valueName: "filter")
    var filteredOut: [String]

    @Option(.long("unsubscribe"), .short("U"), help: "Unsubscribe from this filter first.", valueName: "filter")
    var unsubscribes: [String]

    @Option(.long("random-filter"), help: "Handle this share of the messages, picked at random.", valueName: "percent")
    var percentage: Double = 100

    func validate() throws(UsageError) {
        if let count, count < 1 { throw UsageError("--count must be 1 or more") }
        if let wait, !(wait > 0) { throw UsageError("--wait must be more than 0 seconds") }
        if omitsRetained && wantsRetainedOnly { throw UsageError("-R and --retained-only exclude each other") }
        guard (0.1...100).contains(percentage) else { throw UsageError("--random-filter must be from 0.1 to 100") }
    }

    /// The subscription options of MQTT 5, section 3.8.3.1: retain as published, and no sending of what was kept.
    var subscriptionOptions: Int32 { (seesRetainAsPublished ? 0x08 : 0) | (omitsRetained ? 0x20 : 0) }
}
