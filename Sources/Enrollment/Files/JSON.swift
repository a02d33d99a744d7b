import FoundationEssentials

/// The form of our JSON files: indented, keys in order, `/` as it is.
enum JSON {
    static func encode(_ value: some Encodable) throws(EnrollmentError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw EnrollmentError(.cannotWrite, "cannot write JSON: \(error)")
        }
    }

    /// Reads the file at `path` as `type`; `what` it is meant to be goes into the error.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from path: String, meantAs what: String
    ) throws(EnrollmentError) -> Value {
        let content = try FileSystem.read(path)
        do {
            return try JSONDecoder().decode(type, from: Data(content))
        } catch {
            throw EnrollmentError(.brokenProfile, "cannot read \(path): it is no \(what) of this program")
        }
    }
}
