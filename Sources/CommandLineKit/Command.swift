#if compiler(>=6.2)
    /// Lets a metatype cross isolation domains, which a configuration with its subcommands does (SE-0470).
    public typealias CrossingMetatype = SendableMetatype
#else
    /// Before Swift 6.2 every metatype may cross isolation domains.
    public typealias CrossingMetatype = Any
#endif

/// A group of arguments and options, declared as properties with `@Argument`, `@Option`, `@Flag` and `@OptionGroup`.
public protocol ParsableArguments: CrossingMetatype {
    /// Makes the group with its defaults; a struct whose properties are all declared so gets it from the compiler.
    init()

    /// Checks what one value alone cannot tell, after all values are in; the groups inside a group come first.
    ///
    /// - Throws: a `UsageError`, which ends as wrong usage of the command; so does any other error, by its description.
    mutating func validate() throws
}

extension ParsableArguments {
    /// Finds nothing wrong.
    public mutating func validate() throws {}
}

/// A command or subcommand of a program.
///
/// A command has either subcommands or a `run()` with arguments of its own. One that has subcommands and is called
/// without one shows its help.
public protocol Command: ParsableArguments {
    /// The command's name, help and subcommands.
    static var configuration: CommandConfiguration { get }

    /// Does what the command is for; called by the program, once parsing and `validate()` went well.
    mutating func run() throws
}

extension Command {
    /// Does nothing: a command with subcommands is never run itself.
    public mutating func run() throws {}
}
