import CommandLineKit
import Payload

/// What is published: mosquitto_pub's sources, and attributes.
enum MessageSource {
    case attributes([UInt8])
    case text(ArgumentBytes)
    case file(String)
    case lines
    case input
    case nothing

    /// The bytes of a source that is one message.
    ///
    /// - Throws: exit 65 for what is no JSON object, 66 for a file that cannot be read.
    func payload(checkingJSON: Bool) throws -> [UInt8] {
        switch self {
        case .attributes(let bytes): return bytes
        case .text(let text): return try Self.check(text.bytes, named: "the message", checkingJSON)
        case .file(let path): return try Self.check(Self.read(path), named: path, checkingJSON)
        case .input:
            return try Self.check(Self.read(nil), named: "standard input", checkingJSON)
        case .nothing, .lines: return []
        }
    }

    private static func check(_ bytes: [UInt8], named name: String, _ isWanted: Bool) throws -> [UInt8] {
        guard isWanted else { return bytes }
        do {
            try JSONSyntax.check(object: bytes)
        } catch {
            throw Failure(
                .dataError, "\(name) is no JSON object: \(error)",
                hint: "the platform would drop it without a word; --raw sends it all the same")
        }
        return bytes
    }

    private static func read(_ path: String?) throws -> [UInt8] {
        try FileContent.read(
            path, most: LineReader.mostBytes, limit: "larger than a message of MQTT can be, 256 MiB",
            mayBeKey: true)
    }
}
