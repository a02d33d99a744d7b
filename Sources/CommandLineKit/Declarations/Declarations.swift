/// All that a command declares, read from its properties.
struct Declarations {
    private(set) var all: [Declaration] = []
    /// The groups, inner ones first.
    var groups: [DeclaredProperty] = []

    init(of command: any Command) { collect(from: command, group: nil) }

    /// What the command at a path declares; one with subcommands has nothing to declare, and is not reflected on.
    init(of path: CommandPath) {
        if path.configuration.subcommands.isEmpty { collect(from: path.command.init(), group: nil) }
    }

    mutating func append(_ declaration: Declaration) { all.append(declaration) }

    /// Reads the properties of `arguments`; the ones that are no declarations are passed over.
    mutating func collect(from arguments: any ParsableArguments, group: String?) {
        for child in Mirror(reflecting: arguments).children {
            guard let label = child.label, let property = child.value as? DeclaredProperty else { continue }
            // A wrapped property `x` is stored as `_x`.
            property.collect(into: &self, label: String(label.drop { $0 == "_" }), group: group)
        }
    }

    var arguments: [Declaration] { all.filter { $0.isArgument } }
    var options: [Declaration] { all.filter { !$0.isArgument } }

    func option(named name: OptionName) -> Declaration? {
        for declaration in all where declaration.names.contains(name) { return declaration }
        return nil
    }
}
