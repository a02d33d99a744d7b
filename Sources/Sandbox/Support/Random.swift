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

    /// A random UUID of version 4 (RFC 9562).
    static func uuid() -> String { uuid(.random(in: 0 ... .max), .random(in: 0 ... .max)) }

    /// The UUID of version 4 that is made of two numbers.
    static func uuid(_ high: UInt64, _ low: UInt64) -> String {
        let high = high & ~0xF000 | 0x4000
        let low = low & ~(3 << 62) | (2 << 62)
        let digits = [high, low].flatMap { number in
            (0..<8).map { hex(UInt8(truncatingIfNeeded: number >> (56 - 8 * $0))) }
        }
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
        return groups.map { digits[$0].joined() }.joined(separator: "-")
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
