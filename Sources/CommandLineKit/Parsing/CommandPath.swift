/// A command and those it was reached through.
struct CommandPath {
    private(set) var commands: [any Command.Type]
    private(set) var configuration: CommandConfiguration
    /// The words that lead to it, from the program's name on.
    private(set) var name: String

    init(root: any Command.Type) {
        commands = [root]
        configuration = root.configuration
        name = configuration.name
    }

    var command: any Command.Type { commands[commands.count - 1] }
    var isRoot: Bool { commands.count == 1 }

    /// The path to the subcommand of this name.
    func descending(to word: String) -> CommandPath? {
        for subcommand in configuration.subcommands where subcommand.configuration.name == word {
            return descending(into: subcommand)
        }
        return nil
    }

    func descending(into subcommand: any Command.Type) -> CommandPath {
        var path = self
        path.commands.append(subcommand)
        path.configuration = subcommand.configuration
        path.name += " " + path.configuration.name
        return path
    }

    /// The paths to this command and all below it.
    var tree: [CommandPath] {
        var paths = [self]
        for subcommand in configuration.subcommands { paths += descending(into: subcommand).tree }
        return paths
    }
}
