/// The rule by which one attribute of a simulated device gets its values.
public struct Generator: Equatable, Sendable {
    /// The kinds of rule, each with how it is written on a command line and in a template.
    public enum Rule: Equatable, Sendable {
        /// `20..30`, `{"$uniform": [20, 30]}`: any number of the range, each as likely as the others.
        case uniform(DecimalRange)
        /// `20~30`, `{"$walk": [20, 30]}`: from one value to the next in small steps.
        case walk(RandomWalk)
        /// `{"$normal": [25, 2]}`: around a mean.
        case normal(NormalDistribution)
        /// `{"$sine": [15, 25]}`: up and down with the time of the day.
        case sine(DailySine)
        /// `true|false`, `{"$choice": […]}`: one of several values, each as likely as the others.
        case choice([[UInt8]])
        /// `{"$choice": […], "weights": […]}`: one of several values, some more likely than others.
        case weighted(WeightedChoice)
        /// `{"$boolean": 0.1}`: true with that probability.
        case boolean(Double)
        /// `counter`, `{"$counter": 1}`: 1, 2, 3, …
        case counter(first: Int64, step: Int64)
        /// `timestamp`, `{"$timestamp": "ms"}`: the time of the publication.
        case timestamp(TimestampForm)
        /// `{"$replay": "week.csv"}`: the values of a table's column, one after the other.
        case replay(ReplayedColumn)
        /// `{"$device": "id"}`: the device's own id or label.
        case device(DeviceField)
        /// Anything else: on the command line typed as `Attribute` types it, or the JSON after `:=`.
        case constant([UInt8])

        /// 1, 2, 3, …
        static let counter = Rule.counter(first: 1, step: 1)

        /// Whether a device must remember a number for it.
        var remembers: Bool {
            switch self {
            case .walk, .counter, .replay: true
            default: false
            }
        }
    }

    /// How a time is written.
    public enum TimestampForm: String, CaseIterable, Sendable {
        /// Milliseconds since 1970, UTC.
        case milliseconds = "ms"
        /// Seconds since 1970, UTC.
        case seconds = "s"
        /// A string such as "2026-11-24T11:32:50.123Z".
        case iso8601
    }

    /// What a device says of itself.
    public enum DeviceField: String, CaseIterable, Sendable {
        case id, label
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
        case "timestamp": return .timestamp(.milliseconds)
        default: break
        }
        if let range = try DecimalRange(text, separator: "..", of: name) { return .uniform(range) }
        if let range = try DecimalRange(text, separator: "~", of: name) { return .walk(RandomWalk(range)) }
        let choices = text.split(separator: "|", omittingEmptySubsequences: false)
        if choices.count == 1 { return .constant(Attribute.typed(text)) }
        return .choice(choices.map { Attribute.typed(String($0)) })
    }
}
