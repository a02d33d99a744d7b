import CLibCrypto

/// The number that an authority gave a certificate, by RFC 5280, section 4.1.2.2: up to 20 bytes.
public struct SerialNumber: Hashable, Sendable, CustomStringConvertible {
    /// The number, most significant byte first, without leading zeros; zero has no bytes.
    public let bytes: [UInt8]

    /// Whether it is below zero, which the standard forbids and some certificates are.
    public let isNegative: Bool

    /// Makes a number from the bytes of its magnitude, most significant first.
    public init(bytes: [UInt8], isNegative: Bool = false) {
        self.bytes = Array(bytes.drop { $0 == 0 })
        self.isNegative = isNegative && !self.bytes.isEmpty
    }

    /// Makes a number of 16 random bytes, which is positive and as good as never given twice.
    public init() {
        var bytes = [UInt8](repeating: 0, count: 16)
        var generator = SystemRandomNumberGenerator()
        for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
        // 01… to 7F…: positive in ASN.1, and always of the same length.
        bytes[0] = UInt8.random(in: 1...0x7F, using: &generator)
        self.init(bytes: bytes)
    }

    /// Reads hexadecimal digits in upper or lower case, with or without colons between bytes; nil for anything else.
    public init?(hexadecimal text: String) {
        var digits: [UInt8] = []
        for character in text where character != ":" {
            guard character.isASCII, let digit = character.hexDigitValue else { return nil }
            digits.append(UInt8(digit))
        }
        guard !digits.isEmpty, digits.count <= 40 else { return nil }
        if digits.count % 2 == 1 { digits.insert(0, at: 0) }
        self.init(bytes: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    /// Reads decimal digits; nil for anything else and above 20 bytes.
    public init?(decimal text: String) {
        guard !text.isEmpty, text.utf8.count <= 49, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        var number: OpaquePointer?
        defer { BN_free(number) }
        guard BN_dec2bn(&number, text) > 0, let bytes = Self.bytes(of: number), bytes.count <= 20 else { return nil }
        self.init(bytes: bytes)
    }

    /// Upper case, two digits a byte, such as "0A1B" or "-0A1B"; zero is "00".
    public var hexadecimal: String {
        bytes.isEmpty ? "00" : (isNegative ? "-" : "") + ASN1.hexadecimal(bytes, separator: "")
    }

    /// The number in decimal digits.
    public var decimal: String {
        let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
        defer { BN_free(number) }
        BN_set_negative(number, isNegative ? 1 : 0)
        guard let digits = BN_bn2dec(number) else { return "0" }
        defer { shim_OPENSSL_free(digits) }
        return String(cString: digits)
    }

    public var description: String { hexadecimal }

    private static func bytes(of number: OpaquePointer?) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
        return BN_bn2bin(number, &bytes) == bytes.count ? bytes : nil
    }
}

extension SerialNumber {
    /// The number that OpenSSL holds.
    init(_ integer: UnsafePointer<ASN1_INTEGER>?) {
        self.init(bytes: ASN1.bytes(integer), isNegative: integer?.pointee.type == V_ASN1_NEG_INTEGER)
    }

    /// The number as OpenSSL holds it, to be freed by the caller.
    func makeHandle() -> UnsafeMutablePointer<ASN1_INTEGER>? {
        let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
        defer { BN_free(number) }
        BN_set_negative(number, isNegative ? 1 : 0)
        return BN_to_ASN1_INTEGER(number, nil)
    }
}
