/// One way into the parsers that take what a user, a file or a server says: `scripts/fuzz` drives it with libFuzzer, and
/// `CorpusTests` with the inputs that are kept in Corpora/. The keys among them were made for this, and open nothing.
struct FuzzTarget: Sendable {
    /// As `scripts/fuzz --target` calls it, and the folder with its inputs.
    let name: String
    /// The most bytes that an input of it needs.
    let longest: Int
    /// Hands an input to the parsers. Whatever it is, none of them may end the process.
    ///
    /// - Throws: ``Broken`` where something does not hold that must hold for every input.
    let run: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, longest: Int, run: @escaping @Sendable ([UInt8]) throws -> Void) {
        (self.name, self.longest, self.run) = (name, longest, run)
    }

    static let all: [FuzzTarget] = [
        .pem, .der, .inspection, .messages, .revocationLists, .base64, .tokens, .answers, .http, .commandLine,
        .sandboxCommandLine, .arguments, .formats, .properties, .payloads, .templates, .scenarios, .assertions, .json,
        .files, .faults, .requests, .locust,
    ]
}

/// Something did not hold that must hold for every input.
struct Broken: Error, CustomStringConvertible {
    let description: String
}

/// Throws ``Broken`` unless `condition` holds.
func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(Broken) {
    if !condition { throw Broken(description: rule()) }
}

/// Checks that a text may be shown on a terminal as it is.
func requireHarmless(_ text: String, _ what: String) throws(Broken) {
    let harmful = text.unicodeScalars.first { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
    guard let harmful else { return }
    throw Broken(description: "\(what) has U+\(String(harmful.value, radix: 16, uppercase: true)) in it")
}

extension [UInt8] {
    /// The bytes as text, those that are no UTF-8 replaced, as the words of a command line are.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The first byte, by which some targets choose what to do, and the rest.
    var choice: (number: Int, rest: [UInt8]) { (Int(first ?? 0), Array(dropFirst())) }

    /// The lines as words.
    var words: [String] {
        split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0).text }
    }
}
