import CommandLineKit

/// The longest topic name and topic filter: 65,535 bytes of UTF-8 (MQTT 3.1.1, section 4.7.3).
enum TopicLength {
    /// - Parameter topic: nil where none was given.
    static func check(_ topic: String?) throws(UsageError) {
        guard let count = topic?.utf8.count, count > 65_535 else { return }
        throw UsageError("the topic has \(count) bytes: MQTT allows 65535 at most")
    }
}
