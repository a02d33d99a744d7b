public import Foundation

/// The secrets that the tests use, made so that they are known wherever they turn up, and the search for them.
public enum TestSecrets {
    /// The password of each sandbox's user; nothing else has these letters in it. scripts/test looks for them too.
    public static let password = "n3ver-to-be-seen"

    /// A secret that is where none may be.
    public enum Leak: String, Sendable {
        case password = "a password"
        case token = "a token"
        case key = "a private key"
        case core = "a core file"
    }

    /// What is found in some bytes.
    ///
    /// - Parameter isWhole: whether they are all of a file: one that holds a secret and nothing else was made to hold it.
    public static func leaks(in bytes: Data, isWhole: Bool = false) -> [Leak] {
        var found: [Leak] = []
        let isSecret = isWhole && isWord(bytes)
        if !isSecret, bytes.range(of: Data(password.utf8)) != nil { found.append(.password) }
        if !isSecret, firstToken(in: bytes) != nil { found.append(.token) }
        if bytes.range(of: Data("PRIVATE KEY-----".utf8)) != nil, !(isWhole && isKey(bytes)) { found.append(.key) }
        // An ELF file of the type ET_CORE, see elf(5).
        let isELF = bytes.starts(with: Array("\u{7F}ELF".utf8))
        if isWhole, isELF, bytes.count > 16, bytes[16] == 4 { found.append(.core) }
        return found
    }

    /// Notes a leak where scripts/test finds it, as a file that is left behind.
    static func report(_ leak: Leak, _ place: String) {
        let line = "\(leak.rawValue): \(place)\n"
        FileHandle.standardError.write(Data("leak: \(line)".utf8))
        guard let folder = ProcessInfo.processInfo.environment["TMPDIR"] else { return }
        let file = open(folder + "/dojot-leaks", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = Array(line.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }

    /// Looks through the files of a folder that a test is done with: a key may be in a PEM file alone, a password or token in one of its
    /// own.
    static func search(folder: String) {
        guard let files = FileManager.default.enumerator(atPath: folder) else { return }
        for case let name as String in files {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, (1...4 << 20).contains(status.st_size),
                let content = FileManager.default.contents(atPath: path)
            else { continue }
            for leak in leaks(in: content, isWhole: true) {
                if leak == .key && ["key", "pem", "crt"].contains(URL(fileURLWithPath: path).pathExtension) {
                    continue
                }
                report(leak, "in \(path)")
            }
        }
    }

    private static func isKey(_ bytes: Data) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let isEnd = lines.last?.starts(with: Array("-----END ".utf8)) ?? false
        return isEnd && lines.filter { $0.starts(with: Array("-----BEGIN ".utf8)) }.count == 1
            && (lines.first?.starts(with: Array("-----BEGIN ".utf8)) ?? false)
    }

    /// Whether there is one word, such as a password or a token, and nothing else.
    private static func isWord(_ bytes: Data) -> Bool {
        let end = (bytes.lastIndex { $0 > 0x20 } ?? bytes.startIndex - 1) + 1
        return bytes[..<end].allSatisfy(isOfToken)
    }

    /// The first JSON Web Token: three parts in base64url, of which the first begins a JSON object.
    private static func firstToken(in bytes: Data) -> Range<Int>? {
        var from = bytes.startIndex
        while let start = bytes.range(of: Data("eyJ".utf8), in: from..<bytes.endIndex)?.lowerBound {
            let end = bytes[start...].firstIndex { !isOfToken($0) } ?? bytes.endIndex
            let parts = bytes[start..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            if parts.count == 3, parts[1].count > 20, parts[2].count > 20 { return start..<end }
            from = end
        }
        return nil
    }

    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
