/// What a kind of device sends, made ready to run: any number of devices share one.
///
/// A template is a JSON object. Every value in it is sent as it is written, but an object whose name begins with `$` is a
/// generator, and its value stands there instead:
/// ```json
/// {
///   "model": "T-1000",
///   "temperature": {"$uniform": [20, 30], "decimals": 1},
///   "battery": {"level": {"$walk": [0, 100]}, "charging": {"$boolean": 0.1}},
///   "timestamp": {"$timestamp": "ms"}
/// }
/// ```
public final class PayloadTemplate: Sendable {
    struct Step: Sendable {
        /// What stands before the value.
        let prefix: [UInt8]
        let rule: Generator.Rule
        /// Where in a device's memory this rule keeps what it must remember, if it must.
        let slot: Int?
    }

    let steps: [Step]
    /// What stands behind the last value.
    let suffix: [UInt8]
    /// How many numbers a device must remember.
    let slotCount: Int

    init(_ writer: TemplateWriter) {
        (steps, suffix, slotCount) = (writer.steps, writer.literal, writer.slotCount)
    }

    /// Prepares the generators of a command line, whose attributes come in this order.
    ///
    /// - Throws: `PayloadError` where a name comes twice.
    public convenience init(_ generators: [Generator]) throws(PayloadError) {
        try Attribute.requireUnique(generators.map(\.name))
        var writer = TemplateWriter()
        writer.write("{")
        for (index, generator) in generators.enumerated() {
            if index > 0 { writer.write(",") }
            writer.write(name: generator.name)
            writer.write(generator.rule)
        }
        writer.write("}")
        self.init(writer)
    }

    /// Reads a template.
    ///
    /// - Parameter readFile: Gives the content of a table that `$replay` names, as it is written there; each is asked for once.
    /// - Throws: `PayloadError` with the position of what is wrong.
    public convenience init(
        json: [UInt8], readFile: @escaping TableReader = PayloadTemplate.noTables
    ) throws(PayloadError) {
        try self.init(try JSONElement(object: json), readFile: readFile)
    }

    /// Reads a template that is a part of a text.
    convenience init(_ element: JSONElement, readFile: @escaping TableReader) throws(PayloadError) {
        var compiler = TemplateCompiler(readFile: readFile)
        try compiler.compile(element)
        self.init(compiler.writer)
    }

    /// Gives the content of a file; its error needs no position.
    public typealias TableReader = (String) throws(PayloadError) -> [UInt8]

    /// Where there are no files to read.
    public static let noTables: @Sendable (String) throws(PayloadError) -> [UInt8] = { (_) throws(PayloadError) in
        throw PayloadError("no table can be read here")
    }

    /// Whether a device's id or label is in it.
    public var namesDevice: Bool { steps.contains { if case .device = $0.rule { true } else { false } } }
}

/// Puts the steps of a template together; what does not change is kept as text.
struct TemplateWriter {
    private(set) var steps: [PayloadTemplate.Step] = []
    private(set) var literal: [UInt8] = []
    private(set) var slotCount = 0

    mutating func write(_ text: StaticString) { text.withUTF8Buffer { literal.append(contentsOf: $0) } }

    mutating func write(_ text: ArraySlice<UInt8>) { literal.append(contentsOf: text) }

    mutating func write(name: String) {
        JSONText.append(string: name, to: &literal)
        literal.append(UInt8(ascii: ":"))
    }

    mutating func write(_ rule: Generator.Rule) {
        if case .constant(let value) = rule {
            literal += value
            return
        }
        steps.append(PayloadTemplate.Step(prefix: literal, rule: rule, slot: rule.remembers ? slotCount : nil))
        if rule.remembers { slotCount += 1 }
        literal = []
    }
}
