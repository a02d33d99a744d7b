/// What a command line asks for.
public enum Invocation {
    /// A command with its values, parsed and validated.
    case run(any Command)
    /// A help text, which ends with a line break.
    case help(String)
    /// The program's version.
    case version
    /// A completion script, which ends with a line break.
    case completionScript(String)
    /// Something that cannot be understood, and the whole name of the command that was meant, such as
    /// `dojot-device publish attrs`; `CommandLineParser.advice(for:)` has what to print after the error.
    case usage(UsageError, command: String)
}
