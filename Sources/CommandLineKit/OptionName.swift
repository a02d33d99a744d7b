/// A name by which an option is given.
public enum OptionName: Equatable, Sendable, CustomStringConvertible {
    /// A whole word after two dashes, which are not part of it.
    case long(String)
    /// One character after one dash.
    case short(Character)

    /// The name as it is typed, with its dashes.
    public var description: String {
        switch self {
        case .long(let name): "--" + name
        case .short(let name): "-" + String(name)
        }
    }

    var isLong: Bool {
        if case .long = self { true } else { false }
    }
}
