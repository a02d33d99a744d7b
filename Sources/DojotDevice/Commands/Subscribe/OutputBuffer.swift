import Glibc

/// Standard output in large pieces.
struct OutputBuffer {
    /// Nobody reads any more, as where head(1) has had enough.
    struct ReaderGone: Error {}

    private(set) var bytes: [UInt8] = []
    private let descriptor: Int32
    /// Whether people read it, on something that obeys what is written to it.
    private let isTerminal: Bool
    private static let mostBytes = 65536

    init(_ descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        bytes.reserveCapacity(Self.mostBytes + 4096)
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends what comes from outside: in a pipe byte for byte, on a terminal so that it cannot steer it.
    mutating func append(foreign text: some Collection<UInt8>) {
        if isTerminal { TerminalText.append(text, to: &bytes) } else { bytes.append(contentsOf: text) }
    }

    /// Appends JSON with strings from outside in it, which stays the same JSON on a terminal.
    mutating func append(foreignJSON json: [UInt8]) {
        append(isTerminal ? Array(Console.escaped(json: String(decoding: json, as: UTF8.self)).utf8) : json)
    }

    mutating func append(_ byte: UInt8, count: Int) {
        if count > 0 { bytes.append(contentsOf: repeatElement(byte, count: count)) }
    }

    /// Writes what there is, where that is much.
    mutating func flushIfLarge() throws {
        if bytes.count >= Self.mostBytes { try flush() }
    }

    /// Writes all there is.
    ///
    /// - Throws: `ReaderGone`; exit 74 where it cannot be written for another reason.
    mutating func flush() throws {
        guard !bytes.isEmpty else { return }
        defer { bytes.removeAll(keepingCapacity: true) }
        let error = bytes.withUnsafeBytes { StandardOutput.writeAll($0, to: descriptor) }
        if error == EPIPE { throw ReaderGone() }
        if error != 0 { throw StandardOutput.failure(error) }
    }
}
