import FoundationEssentials

/// JSON bytes to values and back.
enum JSON {
    /// Decodes a whole document; nil where it is not JSON of that shape.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }

    /// Encodes with the keys in alphabetical order and slashes as they are.
    static func encode(_ value: some Encodable, pretty: Bool = false) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        // Only a number that is not finite cannot be encoded, and JSON, where all of ours come from, has none.
        return (try? encoder.encode(value)).map { Array($0) } ?? []
    }
}
