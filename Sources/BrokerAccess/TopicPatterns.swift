/// A topic with the place of a device in it, such as `/admin/%/attrs`.
struct DevicePattern: Sendable {
    private let prefix: [UInt8]
    private let suffix: [UInt8]

    init(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
        prefix = Array(parts[0])
        suffix = parts.count == 2 ? Array(parts[1]) : []
    }

    /// Whether a topic is that device's.
    func matches(_ topic: [UInt8], _ device: [UInt8]) -> Bool {
        topic.count == prefix.count + device.count + suffix.count && topic.starts(with: prefix)
            && topic[prefix.count...].starts(with: device) && topic.suffix(suffix.count).elementsEqual(suffix)
    }
}

/// A topic where `+` stands for any one level.
struct LevelPattern: Sendable {
    private let levels: [[UInt8]]

    init(_ text: String) { levels = Self.levels(Array(text.utf8)) }

    /// Whether a topic fits, or a filter that reaches no further; none of the broker's own does (MQTT 5.0, section 4.7.2).
    func matches(_ topic: [UInt8]) -> Bool {
        guard topic.first != UInt8(ascii: "$") else { return false }
        let found = Self.levels(topic)
        return found.count == levels.count
            && zip(levels, found).allSatisfy { level, found in
                level == Array("+".utf8) ? found != Array("#".utf8) : level == found
            }
    }

    private static func levels(_ topic: [UInt8]) -> [[UInt8]] {
        topic.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Array($0) }
    }
}

/// Where clients without a certificate may publish or subscribe.
enum UnsecuredPattern: Sendable {
    /// The same topics for everybody.
    case anybody(LevelPattern)
    /// Topics whose first level is the client's user name.
    case userName(DevicePattern)

    init(_ text: String) {
        self = text.utf8.contains(UInt8(ascii: "%")) ? .userName(DevicePattern(text)) : .anybody(LevelPattern(text))
    }

    func matches(_ topic: [UInt8], userName: [UInt8]?) -> Bool {
        switch self {
        case .anybody(let pattern): return pattern.matches(topic)
        case .userName(let pattern):
            guard let userName, !userName.contains(UInt8(ascii: "/")) else { return false }
            return pattern.matches(topic, userName)
        }
    }
}
