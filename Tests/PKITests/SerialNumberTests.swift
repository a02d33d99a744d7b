import PKI
import Testing

@Suite struct SerialNumberTests {
    @Test(arguments: [
        ("0A1B", "0A1B", "2587"), ("a1b", "0A1B", "2587"), ("0a:1b", "0A1B", "2587"), ("00", "00", "0"),
        ("0000FF", "FF", "255"), ("8000000000000000", "8000000000000000", "9223372036854775808"),
        (
            "7fffffffffffffffffffffffffffffffffffffff", "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
            "730750818665451459101842416358141509827966271487"
        ),
    ])
    func hexadecimalAndDecimalAreTheSameNumber(text: String, hexadecimal: String, decimal: String) throws {
        let number = try #require(SerialNumber(hexadecimal: text))
        #expect(number.hexadecimal == hexadecimal)
        #expect(number.decimal == decimal)
        #expect(SerialNumber(decimal: decimal) == number)
        #expect(SerialNumber(hexadecimal: hexadecimal) == number)
        #expect(number.description == hexadecimal)
    }

    @Test(arguments: ["", ":", "0x1", "-1", "g", " 1", "1 ", "١", String(repeating: "1", count: 41)])
    func whatIsNoHexadecimalNumberIsRefused(text: String) { #expect(SerialNumber(hexadecimal: text) == nil) }

    @Test(arguments: [
        "", "-1", "1a", " 1", "1.0", "١", String(repeating: "9", count: 49), String(repeating: "9", count: 999),
    ])
    func whatIsNoDecimalNumberIsRefused(text: String) { #expect(SerialNumber(decimal: text) == nil) }

    @Test func aNewNumberIsRandomPositiveAndOfOneLength() {
        let numbers = (0..<1000).map { _ in SerialNumber() }
        #expect(Set(numbers).count == 1000)
        #expect(numbers.allSatisfy { $0.bytes.count == 16 && $0.bytes[0] < 0x80 })
    }
}
