import Payload
import Testing

@Suite("JSON syntax")
struct JSONSyntaxTests {
    @Test(
        "takes what RFC 8259 takes",
        arguments: [
            "{}", " \t\r\n{ } \n", #"{"attr_example": 10}"#, #"{"a":{"b":[1,-0,0.5,1e5,1E+5,2e-3]}}"#,
            #"{"a":true,"b":false,"c":null,"d":"","e":[],"f":{}}"#, #"{"":1}"#, #"{"\u00e9\n\"\\\/\b\f\r\t":"é€😀"}"#,
            #"{"lone":"\ud800"}"#, #"{"a":1,"a":2}"#, "{\"del\":\"\u{7F}\"}",
            "{\"last\":\"\u{10FFFF}\u{FFFF}\u{E000}\u{D7FF}\"}",
        ])
    func acceptsObject(_ text: String) throws {
        try JSONSyntax.check(object: text.utf8)
        try JSONSyntax.check(object: Array(text.utf8))
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("", 1, 1, "expected a JSON object, found the end"),
            ("  \n ", 2, 2, "expected a JSON object, found the end"),
            ("[1]", 1, 1, "expected a JSON object, found an array"),
            ("\"x\"", 1, 1, "expected a JSON object, found a string"),
            ("-1", 1, 1, "expected a JSON object, found a number"),
            ("21.5", 1, 1, "expected a JSON object, found a number"),
            ("on", 1, 1, "expected a JSON object, which begins with '{', found 'o'"),
            ("\u{FEFF}{}", 1, 1, "expected a JSON object, found a byte order mark, which JSON does not have"),
            ("{", 1, 2, "expected a name in double quotes, found the end"),
            ("{a: 1}", 1, 2, "expected a name in double quotes, found 'a'"),
            ("{'a': 1}", 1, 2, "expected a name in double quotes, found '''"),
            ("{\"a\": 'b'}", 1, 7, "strings are quoted with \", not with '"),
            ("{\"a\" 1}", 1, 6, "expected ':' after the name, found '1'"),
            ("{\"a\":}", 1, 6, "expected a value, found '}'"),
            ("{\"a\":1", 1, 7, "expected ',' or '}', found the end"),
            ("{\"a\":1]", 1, 7, "expected ',' or '}', found ']'"),
            ("{\"a\":1,}", 1, 7, "a ',' must not stand before '}'"),
            ("{\"a\":[1,]}", 1, 8, "a ',' must not stand before ']'"),
            ("{\"a\":[1 2]}", 1, 9, "expected ',' or ']', found '2'"),
            ("{\"a\":1} x", 1, 9, "expected nothing more after the end, found 'x'"),
            ("{}{}", 1, 3, "expected nothing more after the end, found '{'"),
            ("{\"a\":tru}", 1, 6, "expected a value, found 't'"),
            ("{\"a\":True}", 1, 6, "expected a value, found 'T'"),
            ("{\"a\":NaN}", 1, 6, "expected a value, found 'N'"),
            ("{\"a\":007}", 1, 6, "a number must not begin with 0"),
            ("{\"a\":-}", 1, 7, "expected a digit, found '}'"),
            ("{\"a\":+1}", 1, 6, "expected a value, found '+'"),
            ("{\"a\":.5}", 1, 6, "expected a value, found '.'"),
            ("{\"a\":5.}", 1, 8, "expected a digit after the point, found '}'"),
            ("{\"a\":5e}", 1, 8, "expected a digit in the exponent, found '}'"),
            ("{\"a\":5,5}", 1, 8, "expected a name in double quotes, found '5'"),
            ("{\"a\":\"b}", 1, 6, "the string that begins here has no end"),
            ("{\"a\":\"\\x41\"}", 1, 7, "\\ must be followed by one of \" \\ / b f n r t u, found 'x'"),
            ("{\"a\":\"\\u00g0\"}", 1, 7, "\\u must be followed by four hexadecimal digits"),
            ("{\"a\":\"\\u12", 1, 7, "\\u must be followed by four hexadecimal digits"),
            (
                "{\"a\":\"b\tc\"}", 1, 8,
                "a tab in a string must be written as an escape such as \\n or \\u001f"
            ),
            (
                "{\"a\":\"b\nc\"}", 1, 8,
                "a line break in a string must be written as an escape such as \\n or \\u001f"
            ),
            (
                "{\"a\":\"\u{1F}\"}", 1, 7,
                "byte 0x1f in a string must be written as an escape such as \\n or \\u001f"
            ),
            ("{\n  \"é😀\": 1,\n  \"b\": €\n}", 3, 8, "expected a value, found '€'"),
            ("{\"é😀\": x}", 1, 8, "expected a value, found 'x'"),
            ("{\r\n\"a\": x}", 2, 6, "expected a value, found 'x'"),
            ("{\"a\": /* c */ 1}", 1, 7, "expected a value, found '/'"),
            ("{\"a\": \u{1}}", 1, 7, "expected a value, found byte 0x01"),
        ] as [(String, Int, Int, String)])
    func refusesWithPosition(_ text: String, _ line: Int, _ column: Int, _ message: String) throws {
        let error = try #require(throws: PayloadError.self) { try JSONSyntax.check(object: text.utf8) }
        #expect(error.message == message)
        #expect(error.position?.line == line && error.position?.column == column)
        #expect(error.description == "line \(line), column \(column): \(message)")
    }

    @Test(
        "refuses what is not UTF-8, at its first byte",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func refusesBadUTF8(_ bad: [UInt8]) throws {
        let text = Array(#"{"é":""#.utf8) + bad + Array(#""}"#.utf8)
        let error = try #require(throws: PayloadError.self) { try JSONSyntax.check(object: text) }
        #expect(error.message == "byte 0x\(String(bad[0], radix: 16)) is not UTF-8 here")
        #expect(error.position == PayloadError.Position(line: 1, column: 7, offset: 7))
    }

    @Test("goes as deep as its limit, and no deeper")
    func depth() throws {
        let limit = JSONSyntax.maximumDepth
        let nested = { (depth: Int) in
            "{\"a\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        try JSONSyntax.check(object: nested(limit).utf8)
        let error = try #require(throws: PayloadError.self) { try JSONSyntax.check(object: nested(limit + 1).utf8) }
        #expect(error.message == "nested deeper than 512 levels")
        #expect(error.position?.offset == 5 + limit - 1)
    }

    @Test("checks values of every kind", arguments: ["1", " \"a\" ", "null", "[{}]", "{}", "-0.0"])
    func acceptsValue(_ text: String) throws {
        try JSONSyntax.check(value: text.utf8)
    }

    @Test("refuses what is no value", arguments: ["", "a", "1 2", "'a'", "[", "01", "1.", "nul"])
    func refusesValue(_ text: String) {
        #expect(throws: PayloadError.self) { try JSONSyntax.check(value: text.utf8) }
    }

    @Test("reads bytes that do not lie side by side")
    func notContiguous() throws {
        try JSONSyntax.check(object: Array(#"{"a":1}"#.utf8).lazy.map { $0 })
        #expect(throws: PayloadError.self) { try JSONSyntax.check(object: Array(#"{"a":}"#.utf8).lazy.map { $0 }) }
    }
}
