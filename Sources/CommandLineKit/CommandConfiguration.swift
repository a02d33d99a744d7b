/// What a command says about itself: its name, its help and its subcommands.
public struct CommandConfiguration: Sendable {
    /// The word by which it is called.
    public let name: String
    /// What it does, in one sentence.
    public let abstract: String
    /// More about it: paragraphs divided by an empty line; a line that begins with a space is kept as it is.
    public let discussion: String
    /// Its arguments in place of the made usage line, without the command's name; several lines are several ways.
    public let usage: String?
    /// Command lines worth copying.
    public let examples: [Example]
    /// What its exit codes mean.
    public let exitCodes: [ExitCodeDescription]
    /// Environment variables that it reads and that are no option's.
    public let environment: [EnvironmentVariable]
    /// The commands below this one, in the order in which help lists them.
    public let subcommands: [any Command.Type]
    /// The options that show its help.
    public let helpNames: [OptionName]
    /// Where set, help lists long names alone, and pairs of short and long names under this heading.
    public let shortNamesHeading: String?

    /// Describes a command; all but its name and abstract may be left out.
    public init(
        name: String, abstract: String, discussion: String = "", usage: String? = nil, examples: [Example] = [],
        exitCodes: [ExitCodeDescription] = [], environment: [EnvironmentVariable] = [],
        subcommands: [any Command.Type] = [], helpNames: [OptionName] = [.long("help"), .short("h")],
        shortNamesHeading: String? = nil
    ) {
        self.name = name
        self.abstract = abstract
        self.discussion = discussion
        self.usage = usage
        self.examples = examples
        self.exitCodes = exitCodes
        self.environment = environment
        self.subcommands = subcommands
        self.helpNames = helpNames
        self.shortNamesHeading = shortNamesHeading
    }
}

/// A command line for the help, and what it does.
public struct Example: Sendable {
    /// The command line, with the program's name.
    public let command: String
    /// Its effect, in one line.
    public let effect: String

    /// Pairs a command line with its effect.
    public init(_ command: String, _ effect: String) {
        self.command = command
        self.effect = effect
    }
}

/// An exit code and what it means for a command.
public struct ExitCodeDescription: Sendable {
    /// The code, 0 to 255.
    public let code: Int32
    /// What happened.
    public let meaning: String

    /// Pairs an exit code with its meaning.
    public init(_ code: Int32, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }
}

/// An environment variable that a command reads.
public struct EnvironmentVariable: Sendable {
    /// Its name.
    public let name: String
    /// What its value does.
    public let meaning: String

    /// Pairs a variable's name with its meaning.
    public init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}
