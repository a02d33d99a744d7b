import Testing

@testable import Payload

@Suite("Attributes from the command line")
struct AttributeTests {
    @Test(
        "a value is a number, true, false or null only if the platform gives back the same text",
        arguments: [
            ("temperature=21.5", "21.5"), ("n=0", "0"), ("n=-3", "-3"), ("n=10", "10"), ("n=0.1", "0.1"),
            ("n=1e+21", "1e+21"), ("n=1.5e-7", "1.5e-7"), ("n=0.000001", "0.000001"),
            ("n=9007199254740991", "9007199254740991"),
            ("n=100000000000000000000", "100000000000000000000"), ("n=5e-324", "5e-324"),
            ("on=true", "true"), ("on=false", "false"), ("on=null", "null"),
            ("version=1.10", "\"1.10\""), ("n=21.0", "\"21.0\""), ("n=1e5", "\"1e5\""), ("n=1E+21", "\"1E+21\""),
            ("n=1e21", "\"1e21\""), ("n=-0", "\"-0\""), ("n=007", "\"007\""), ("n=+5", "\"+5\""), ("n=.5", "\".5\""),
            ("n=5.", "\"5.\""), ("n=0x10", "\"0x10\""), ("n=1e400", "\"1e400\""), ("n=nan", "\"nan\""),
            ("n=inf", "\"inf\""), ("n= 5", "\" 5\""), ("n=1_000", "\"1_000\""), ("n=１", "\"１\""),
            ("n=12345678901234567890", "\"12345678901234567890\""),
            ("n=0.1000000000000000055", "\"0.1000000000000000055\""),
            ("on=True", "\"True\""), ("on=TRUE", "\"TRUE\""), ("text=", "\"\""), ("text=a=b", "\"a=b\""),
            ("text=say \"hi\"\\\n\t\u{1}é", "\"say \\\"hi\\\"\\\\\\n\\t\\u0001é\""),
            ("config:={\"a\": [1, 2]}", "{\"a\": [1, 2]}"), ("n:=1.10", "1.10"), ("n:=1e5", "1e5"),
            ("s:=\"5\"", "\"5\""),
        ])
    func typing(_ argument: String, _ json: String) throws {
        let attribute = try Attribute(argument: argument)
        #expect(String(decoding: attribute.value, as: UTF8.self) == json)
        try JSONSyntax.check(value: attribute.value)
    }

    @Test(
        "what is no attribute is refused with the reason",
        arguments: [
            ("temperature", "'temperature' is not name=value"), ("", "'' is not name=value"),
            ("=5", "'=5' has no name before the '='"), (":=5", "':=5' has no name before the ':='"),
            ("a:=yes", "line 1, column 1: the value of a is not JSON: expected a value, found 'y'"),
            ("a:=", "line 1, column 1: the value of a is not JSON: expected a value, found the end"),
            ("a:=[1,", "line 1, column 4: the value of a is not JSON: expected a value, found the end"),
        ])
    func refused(_ argument: String, _ description: String) throws {
        let error = try #require(throws: PayloadError.self) { try Attribute(argument: argument) }
        #expect(error.description == description)
    }

    @Test("an object has its names in the order given")
    func object() throws {
        let attributes = try ["b=1", "a=x y", "c\"d:=[true]"].map { try Attribute(argument: $0) }
        let bytes = try Attribute.object(attributes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"b":1,"a":"x y","c\"d":[true]}"#)
        try JSONSyntax.check(object: bytes)
        #expect(try Attribute.object([]) == Array("{}".utf8))
    }

    @Test("a name that comes twice is refused")
    func duplicate() throws {
        let attributes = try ["a=1", "b=2", "a=3"].map { try Attribute(argument: $0) }
        let error = try #require(throws: PayloadError.self) { try Attribute.object(attributes) }
        #expect(error.message == "the attribute a is given twice")
    }

    @Test(
        "numbers are written as ECMA-262 writes them",
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1, "1"), (-1.5, "-1.5"), (100, "100"), (123_456.789, "123456.789"),
            (1e20, "100000000000000000000"), (1e21, "1e+21"), (1.2e21, "1.2e+21"), (-1.2e22, "-1.2e+22"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"), (1.25e-7, "1.25e-7"), (Double.leastNonzeroMagnitude, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (0.1 + 0.2, "0.30000000000000004"), (123_456_789_012_345_680, "123456789012345680"),
            (1.234e19, "12340000000000000000"), (0.00012, "0.00012"), (9_007_199_254_740_992, "9007199254740992"),
        ])
    func numberText(_ value: Double, _ text: String) {
        #expect(JSONNumber.text(of: value) == text)
    }
}
