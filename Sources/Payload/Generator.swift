/// The rule by which one attribute of a simulated device gets its values.
public struct Generator: Equatable, Sendable {
    /// The kinds of rule, each with how it is written.
    public enum Rule: Equatable, Sendable {
        /// `20..30`: any number of the range, each as likely as the others.
        case uniform(DecimalRange)
        /// `20~30`: a random walk that begins anywhere in the range and goes at most a twentieth of it a step, or one
        /// unit of the last decimal where that is more; it turns round at the bounds.
        case walk(DecimalRange)
        /// `true|false`: one of several values, each as likely as the others, each typed as `Attribute` types it.
        case choice([[UInt8]])
        /// `counter`: 1, 2, 3, …
        case counter
        /// `timestamp`: milliseconds since 1970, UTC.
        case timestamp
        /// Anything else, typed as `Attribute` types it, or the JSON after `:=`.
        case constant([UInt8])
    }

    /// The attribute's label in the device's template.
    public let name: String
    /// How it gets its values.
    public let rule: Rule

    /// Puts a label and a rule together.
    public init(name: String, rule: Rule) {
        self.name = name
        self.rule = rule
    }

    /// Reads `name=20..30`, `name=20~30`, `name=a|b`, `name=counter`, `name=timestamp`, `name=value` or `name:=JSON`.
    ///
    /// A constant that looks like a rule is written as JSON: `name:="counter"`.
    ///
    /// - Throws: `PayloadError` where there is no `=`, no name, no JSON after `:=`, or a range that is none.
    public init(argument: String) throws(PayloadError) {
        let (name, text, isJSON) = try Attribute.split(argument)
        self.name = name
        self.rule = isJSON ? .constant(try Attribute.json(text, of: name)) : try Generator.rule(text, of: name)
    }

    private static func rule(_ text: String, of name: String) throws(PayloadError) -> Rule {
        switch text {
        case "counter": return .counter
        case "timestamp": return .timestamp
        default: break
        }
        if let range = try DecimalRange(text, separator: "..", of: name) { return .uniform(range) }
        if let range = try DecimalRange(text, separator: "~", of: name) { return .walk(range) }
        let choices = text.split(separator: "|", omittingEmptySubsequences: false)
        if choices.count == 1 { return .constant(Attribute.typed(text)) }
        return .choice(choices.map { Attribute.typed(String($0)) })
    }
}
