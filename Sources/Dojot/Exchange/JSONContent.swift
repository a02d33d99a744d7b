import FoundationEssentials

/// The JSON that is sent to the platform.
enum JSONContent {
    /// The content with its keys in order, "/" not escaped.
    static func encode(_ content: any Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers always can be encoded; an empty content would be refused by the platform.
        guard let data = try? encoder.encode(content) else { return [] }
        return Array(data)
    }
}
