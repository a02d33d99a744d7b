import Testing

@testable import Fleet

@Suite("MessagePack")
struct MessagePackTests {
    /// Written by msgpack 1.1 for Python, which Locust has.
    static let written: [(MessagePackValue, String)] = [
        (nil, "c0"),
        (.boolean(true), "c3"),
        (.boolean(false), "c2"),
        (.integer(0), "00"),
        (.integer(127), "7f"),
        (.integer(128), "cc80"),
        (.integer(255), "ccff"),
        (.integer(256), "cd0100"),
        (.integer(65535), "cdffff"),
        (.integer(65536), "ce00010000"),
        (.integer(4_294_967_295), "ceffffffff"),
        (.integer(4_294_967_296), "cf0000000100000000"),
        (.integer(9_223_372_036_854_775_807), "cf7fffffffffffffff"),
        (.integer(-1), "ff"),
        (.integer(-32), "e0"),
        (.integer(-33), "d0df"),
        (.integer(-128), "d080"),
        (.integer(-129), "d1ff7f"),
        (.integer(-32768), "d18000"),
        (.integer(-32769), "d2ffff7fff"),
        (.integer(-2_147_483_648), "d280000000"),
        (.integer(-2_147_483_649), "d3ffffffff7fffffff"),
        (.integer(-9_223_372_036_854_775_808), "d38000000000000000"),
        (.number(1.5), "cb3ff8000000000000"),
        (.number(-0.0), "cb8000000000000000"),
        (.number(.infinity), "cb7ff0000000000000"),
        ("", "a0"),
        ("é\u{1F41D}", "a6c3a9f09f909d"),
        (.bytes([0, 255]), "c40200ff"),
        ([:], "80"),
        (.array([]), "90"),
        (.array([1, "a", nil]), "9301a161c0"),
        (["a": 1, 2: [3: nil]], "82a16101028103c0"),
    ]

    @Test("values are written as Python writes them, and read as they were", arguments: written)
    func agreesWithPython(value: MessagePackValue, hex: String) throws {
        #expect(Hexadecimal.text(value.encoded) == hex)
        #expect(try MessagePackReader.value(of: Hexadecimal.bytes(hex)) == value)
    }

    /// What stands before the bytes of long ones, and how many bytes there are.
    static let heads: [(MessagePackValue, String, Int)] = [
        (.text(String(repeating: "a", count: 31)), "bf", 31),
        (.text(String(repeating: "a", count: 32)), "d920", 32),
        (.text(String(repeating: "a", count: 255)), "d9ff", 255),
        (.text(String(repeating: "a", count: 256)), "da0100", 256),
        (.text(String(repeating: "a", count: 65535)), "daffff", 65535),
        (.text(String(repeating: "a", count: 65536)), "db00010000", 65536),
        (.bytes([UInt8](repeating: 0, count: 255)), "c4ff", 255),
        (.bytes([UInt8](repeating: 0, count: 256)), "c50100", 256),
        (.bytes([UInt8](repeating: 0, count: 65536)), "c600010000", 65536),
        (.array([MessagePackValue](repeating: 0, count: 15)), "9f", 15),
        (.array([MessagePackValue](repeating: 0, count: 16)), "dc0010", 16),
        (.array([MessagePackValue](repeating: 0, count: 65535)), "dcffff", 65535),
        (.array([MessagePackValue](repeating: 0, count: 65536)), "dd00010000", 65536),
        (.map((0..<15).map { .init(key: .integer($0), value: 0) }), "8f", 30),
        (.map((0..<16).map { .init(key: .integer($0), value: 0) }), "de0010", 32),
        (.map((0..<300).map { .init(key: .integer($0), value: 0) }), "de012c", 816),
    ]

    @Test("lengths are written in the shortest form")
    func lengths() throws {
        // Not as arguments: those are printed whole.
        for (value, head, rest) in Self.heads {
            let bytes = value.encoded
            #expect(Hexadecimal.text(Array(bytes.dropLast(rest))) == head)
            let isTheSame = try MessagePackReader.value(of: bytes) == value
            #expect(isTheSame, "\(head) and \(rest) bytes")
        }
    }

    @Test("what only others write is read too")
    func others() throws {
        for (hex, value): (String, MessagePackValue) in [
            ("ca3fc00000", .number(1.5)), ("d005", 5), ("d30000000000000007", 7), ("d90141", "A"),
            ("dc000101", .array([1])),
            ("de0001a14101", ["A": 1]), ("c50001ff", .bytes([255])),
        ] {
            #expect(try MessagePackReader.value(of: Hexadecimal.bytes(hex)) == value, "\(hex)")
        }
    }

    @Test(
        "what is no message is refused",
        arguments: [
            ("", "cut short"), ("93a361", "cut short"), ("a5616263", "cut short"), ("cb0000", "cut short"),
            ("ddffffffffc0", "cut short"), ("dfffffffffc0", "cut short"), ("dbffffffff41", "cut short"),
            ("c6ffffffff41", "cut short"), ("cfffffffffffffffff", "too large"), ("d40100", "its kind is 0xd4"),
            ("c1", "0xc1"),
            ("c0c0", "something behind it"), ("a2c328", "no UTF-8"),
            (String(repeating: "91", count: 17) + "c0", "nested deeper"),
        ])
    func refused(hex: String, reason: String) {
        let error = #expect(throws: FleetError.self) { try MessagePackReader.value(of: Hexadecimal.bytes(hex)) }
        #expect(error?.code == .invalidMessage)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}

/// Bytes as two digits each.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
