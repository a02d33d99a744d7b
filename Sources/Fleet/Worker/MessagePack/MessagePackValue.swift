/// A value of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md): all kinds but its extensions, which Locust
/// does not use.
enum MessagePackValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case bytes([UInt8])
    case array([MessagePackValue])
    /// The pairs in the order given.
    case map([Pair])

    /// One key of a map with its value.
    struct Pair: Equatable, Sendable {
        let key: MessagePackValue
        let value: MessagePackValue
    }

    /// The value of a map's key; nil where there is none, or this is no map.
    subscript(key: String) -> MessagePackValue? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { $0.key == .text(key) }?.value
    }

    /// The text; nil where it is none.
    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The whole number, also of a float that is one; nil where it is none.
    var integer: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The finite number; nil where it is none.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value.isFinite ? value : nil
        default: nil
        }
    }
}

extension MessagePackValue: ExpressibleByNilLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByDictionaryLiteral
{
    init(nilLiteral: ()) { self = .null }
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(dictionaryLiteral elements: (MessagePackValue, MessagePackValue)...) {
        self = .map(elements.map { Pair(key: $0.0, value: $0.1) })
    }

    /// A whole number of Swift's own.
    init(_ value: Int) { self = .integer(Int64(value)) }
}
