/// Makes a template of the JSON that a person wrote.
struct TemplateCompiler {
    private(set) var writer = TemplateWriter()
    private var tables: Tables

    init(readFile: @escaping PayloadTemplate.TableReader) { tables = Tables(readFile) }

    mutating func compile(_ element: JSONElement) throws(PayloadError) {
        if case .object(let members) = element.content, let first = members.first(where: { $0.name.hasPrefix("$") }) {
            throw PayloadError(
                "a device sends an object of attributes; a generator is the value of one of them", at: first.position)
        }
        try add(element)
    }

    private mutating func add(_ element: JSONElement) throws(PayloadError) {
        switch element.content {
        case .object(let members):
            if members.contains(where: { $0.name.hasPrefix("$") }) {
                var reader = try GeneratorReader(members, of: element, tables: tables)
                writer.write(try reader.rule())
                tables = reader.tables
                return
            }
            try JSONMembers.requireUnique(members)
            writer.write("{")
            for (index, member) in members.enumerated() {
                if index > 0 { writer.write(",") }
                writer.write(name: member.name)
                try add(member.value)
            }
            writer.write("}")
        case .array(let values):
            writer.write("[")
            for (index, value) in values.enumerated() {
                if index > 0 { writer.write(",") }
                try add(value)
            }
            writer.write("]")
        case .string, .number, .boolean, .null: writer.write(element.text)
        }
    }
}

/// The tables that a template names, each read once.
struct Tables {
    private let readFile: PayloadTemplate.TableReader
    private var contents: [String: [UInt8]] = [:]

    init(_ readFile: @escaping PayloadTemplate.TableReader) { self.readFile = readFile }

    mutating func content(of path: String) throws(PayloadError) -> [UInt8] {
        if let known = contents[path] { return known }
        let content = try readFile(path)
        contents[path] = content
        return content
    }
}
