extension SupervisedProcess {
    /// What is run, and how it speaks in its log.
    struct Program: Sendable {
        /// What it is called in messages.
        var name: String
        var path: String
        var arguments: [String]
        /// Where it runs.
        var folder: String
        var setpriv: String
        /// The code of an error that it cannot go on.
        var failureCode: SandboxError.Code
        /// How many words of a line say when it was written.
        var wordsOfTime: Int
        /// What stands in a line that says why it fails.
        var wordOfFailure: String
        /// How the text of a line begins that says that its files are read again; nil where it never does that.
        var startOfReload: String?

        /// A line of its log without the time.
        func text(_ line: String) -> String {
            line.split(separator: " ", maxSplits: wordsOfTime).dropFirst(wordsOfTime).last.map(String.init) ?? line
        }
    }
}
