import CLibCrypto

/// What a file of keys and certificates holds, object by object: PEM, DER, or base64 without PEM lines, as EJBCA's REST
/// interface sends it. Which of them it is its content tells.
public struct PKIContent: Sendable {
    /// How an object is written down.
    public enum Encoding: String, Sendable {
        case pem = "PEM"
        case der = "DER"
        case base64
    }

    /// One object, or what should be one.
    public struct Part: Sendable {
        /// What it is, or why it cannot be told.
        public let object: Result<PKIObject, PKIError>
        public let encoding: Encoding
        /// The number of its BEGIN line, from 1; nil for what is no PEM.
        public let line: Int?
        /// Which of a PKCS #7 message's objects it is, from 1; nil for what comes from none.
        public let numberInMessage: Int?
    }

    /// The objects in the file's order; at least one.
    public let parts: [Part]

    /// How many bytes stand behind an object in DER, where they do not belong.
    public let excess: Int

    /// Reads all of a file; blocks of parameters, such as "EC PARAMETERS", are passed over.
    ///
    /// A PEM block that cannot be read is a part that says why, so that the others can be seen.
    /// - Throws: ``PKIError/Code/empty``, ``PKIError/Code/malformed`` where there is no object at all, and
    ///   ``PKIError/Code/encryptedKey`` for a PKCS #12 file.
    public init(reading bytes: [UInt8]) throws(PKIError) {
        if let message = Self.emptiness(of: bytes) { throw PKIError(code: .empty, message: message) }
        let found = bytes.withUnsafeBufferPointer {
            Self.parts(inText: UnsafeBufferPointer(rebasing: $0[Self.mark(in: $0)...]))
        }
        if let found {
            (parts, excess) = (found, 0)
            guard !parts.isEmpty else {
                throw PKIError(code: .malformed, message: "there is nothing in it but parameters")
            }
            return
        }
        if let der = try Self.decodeBare(bytes) {
            (parts, excess) = try Self.read(der, encoding: .base64)
        } else {
            (parts, excess) = try Self.read(bytes, encoding: .der)
        }
    }

    /// What is said of a file that holds nothing; nil where it holds something.
    private static func emptiness(of bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "it is empty, as a power loss or a full disk can leave a file" }
        if bytes.allSatisfy({ $0 == 0 }) { return "there are only zero bytes in it, as a power loss can leave a file" }
        return bytes.allSatisfy(isSpace) ? "there is only white space in it" : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    // MARK: PEM

    /// The length of a byte order mark of UTF-8, which Windows programs put before a text.
    private static func mark(in text: UnsafeBufferPointer<UInt8>) -> Int {
        text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The parts of a PEM text; nil where there is no PEM in it.
    private static func parts(inText text: UnsafeBufferPointer<UInt8>) -> [Part]? {
        let blocks = PEMBlock.all(in: text)
        return blocks.isEmpty ? nil : blocks.flatMap { parts(of: $0, in: text) }
    }

    private static func parts(of block: PEMBlock, in text: UnsafeBufferPointer<UInt8>) -> [Part] {
        if block.hasBeginning, ObjectFormat.isParameters(label: block.label) { return [] }
        switch objects(of: block, in: text) {
        case .failure(let error):
            return [Part(object: .failure(error), encoding: .pem, line: block.line, numberInMessage: nil)]
        case .success(let objects):
            let isMessage = ObjectFormat(label: block.label) == .message
            return objects.enumerated().map { index, object in
                Part(
                    object: .success(object), encoding: .pem, line: block.line,
                    numberInMessage: isMessage ? index + 1 : nil)
            }
        }
    }

    private static func objects(
        of block: PEMBlock, in text: UnsafeBufferPointer<UInt8>
    ) -> Result<[PKIObject], PKIError> {
        if block.isFolded {
            return .failure(
                PKIError(code: .malformed, message: "its lines are joined into one, and PEM needs its line breaks (LF)")
            )
        }
        guard block.hasBeginning else {
            return .failure(
                PKIError(
                    code: .malformed,
                    message: "the BEGIN line of the \(block.shownLabel) is missing, or not at the beginning of a line"))
        }
        guard let format = ObjectFormat(label: block.label) else {
            return .failure(PKIError(code: .malformed, message: "a \(block.shownLabel) is nothing that is used here"))
        }
        let found = block.decoded(in: text) { headers, der -> Result<[PKIObject], PKIError>? in
            if headers.contains("ENCRYPTED") {
                let kind = block.label.split(separator: " ").first.map(String.init) ?? ""
                return .success([.encryptedKey(EncryptedKey(kind: kind))])
            }
            if let objects = format.decode(der) { return check(objects) }
            let reasons = OpenSSL.drainErrors()
            guard let other = ObjectFormat.told(by: der).first(where: { $0.decode(der) != nil }) else {
                let reason = reasons.first.map { " (\($0))" } ?? ""
                return .failure(
                    PKIError(
                        code: .malformed,
                        message: "cannot read the \(format.name): what is between its PEM lines is none\(reason)"))
            }
            return .failure(
                PKIError(
                    code: .malformed,
                    message: "its PEM lines say \(block.shownLabel), but its content is that of another thing: "
                        + other.name))
        }
        if let found, let found { return found }
        return .failure(PEM.unreadable(format.name, in: text[block.range], expecting: block.label))
    }

    private static func check(_ objects: [PKIObject]) -> Result<[PKIObject], PKIError> {
        guard objects.isEmpty else { return .success(objects) }
        return .failure(
            PKIError(code: .malformed, message: "there is neither a certificate nor a list in the PKCS #7 message"))
    }

    // MARK: DER, and base64 without PEM lines

    /// The bytes of base64 without PEM lines; nil where it does not look like that.
    private static func decodeBare(_ bytes: [UInt8]) throws(PKIError) -> [UInt8]? {
        guard bytes.allSatisfy({ Base64.isLetter($0) || isSpace($0) }) else { return nil }
        let letters = bytes.filter { !isSpace($0) }
        do {
            let der = try Base64.decode(letters: letters)
            return der.first == DERElement.sequence ? der : nil
        } catch {
            // DER of more than 127 bytes begins with 30 8x, which is "MI" in base64: that is no word of a text.
            guard letters.starts(with: "MI".utf8), letters.count > 64 else { return nil }
            throw PKIError(code: .malformed, message: "it begins as base64 without PEM lines, but is \(error.message)")
        }
    }

    private static func read(_ bytes: [UInt8], encoding: Encoding) throws(PKIError) -> (parts: [Part], excess: Int) {
        guard let whole = bytes.withUnsafeBufferPointer({ DERElement($0) }), whole.tag == DERElement.sequence else {
            throw PKIError(code: .malformed, message: Self.nothing(in: bytes))
        }
        let end = whole.contents.upperBound
        guard end <= bytes.count else {
            throw PKIError(
                code: .malformed,
                message: bytes.count > 64
                    ? "it breaks off: \(bytes.count) of \(end) bytes are there" : Self.nothing(in: bytes))
        }
        let result = bytes.withUnsafeBufferPointer { objects(inDER: UnsafeBufferPointer(rebasing: $0[..<end])) }
        let (found, isMessage) = try result.get()
        let parts = found.enumerated().map { index, object in
            Part(
                object: .success(object), encoding: encoding, line: nil, numberInMessage: isMessage ? index + 1 : nil)
        }
        return (parts, bytes.count - end)
    }

    private static func objects(
        inDER der: UnsafeBufferPointer<UInt8>
    ) -> Result<(objects: [PKIObject], isMessage: Bool), PKIError> {
        let formats = ObjectFormat.told(by: der)
        for format in formats {
            guard let objects = format.decode(der) else { continue }
            return check(objects).map { ($0, format == .message) }
        }
        let reasons = OpenSSL.drainErrors()
        if ObjectFormat.isPersonalExchange(der) {
            return .failure(
                PKIError(code: .encryptedKey, message: "it is a PKCS #12 file, which only its passphrase opens"))
        }
        guard let likeliest = formats.first else {
            return .failure(PKIError(code: .malformed, message: "it is DER, but nothing that is used here"))
        }
        let reason = reasons.first.map { " (\($0))" } ?? ""
        return .failure(
            PKIError(code: .malformed, message: "it is DER, and a \(likeliest.name) that is broken\(reason)"))
    }

    /// What is said of a file with something else in it.
    private static func nothing(in bytes: [UInt8]) -> String {
        let what = "no certificate, request, key, revocation list or PKCS #7 message"
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return "it is text in UTF-16, where PEM is ASCII"
        }
        if bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil {
            return "there is \(what) in it: it has a BEGIN, but not at the beginning of a line"
        }
        return "it is \(what)"
    }
}
