/// The usage lines of a command.
struct UsageText {
    /// The lines, without a heading; each begins with the command's whole name.
    let lines: [String]

    /// Lists each option where that fits into one line of `width` columns, else `[<options>]` in their place.
    init(of path: CommandPath, width: Int) {
        if let given = path.configuration.usage {
            lines = given.split(separator: "\n").map { line in
                line.hasPrefix(path.name) ? String(line) : path.name + " " + line
            }
            return
        }
        guard path.configuration.subcommands.isEmpty else {
            lines = [path.name + " <subcommand>"]
            return
        }
        let declarations = Declarations(of: path)
        let arguments = declarations.arguments.map(Self.synopsis)
        let all = [path.name] + declarations.options.map(Self.synopsis) + arguments
        if all.joined(separator: " ").count <= width {
            lines = [all.joined(separator: " ")]
        } else {
            let required = declarations.options.filter(\.isRequired).map(Self.synopsis)
            lines = [([path.name] + required + ["[<options>]"] + arguments).joined(separator: " ")]
        }
    }

    private static func synopsis(of declaration: Declaration) -> String {
        var text = declaration.isArgument ? "<\(declaration.valueName)>" : ""
        if let name = declaration.preferredName {
            text = declaration.takesValue ? "\(name) <\(declaration.valueName)>" : name.description
        }
        if declaration.isList { return "[\(text) ...]" }
        return declaration.isRequired ? text : "[\(text)]"
    }
}
