/// Random names, from the kernel's generator.
enum Random {
    /// So many random bytes.
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// So many lower-case hex digits.
    static func hex(digits: Int) -> String {
        String(bytes((digits + 1) / 2).map { Self.hex($0) }.joined().prefix(digits))
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
