import Payload
import Testing

@Suite("What is wrong with a template")
struct TemplateErrorTests {
    private static func table(_ path: String) throws(PayloadError) -> [UInt8] {
        switch path {
        case "two.csv": Array("a,b\n1,2\n3\n".utf8)
        case "empty.csv": []
        case "names.csv": Array("a\n".utf8)
        case "quote.csv": Array("a,b\n1,\"2\n".utf8)
        default: throw PayloadError("there is no such file")
        }
    }

    @Test(
        "is said with its place and a way out",
        arguments: [
            ("[]", "line 1, column 1: expected a JSON object, found an array"),
            ("{\"a\": 1,}", "line 1, column 8: a ',' must not stand before '}'"),
            ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2: \"a\" is there twice"),
            (
                "{\"$counter\": 1}",
                "line 1, column 2: a device sends an object of attributes; a generator is the value of one of them"
            ),
            (
                "{\n  \"é\": {\"$unifrom\": [1, 2]}\n}",
                "line 2, column 9: there is no generator \"$unifrom\"; did you mean \"$uniform\"?"
            ),
            (
                "{\"a\": {\"$x\": 1}}",
                "line 1, column 8: there is no generator \"$x\"; there are $uniform, $normal, $walk, $sine, $choice, "
                    + "$boolean, $counter, $timestamp, $replay, $device, $constant"
            ),
            (
                "{\"a\": {\"$uniform\": [1, 2], \"decimal\": 1}}",
                "line 1, column 28: $uniform has no member \"decimal\"; did you mean \"decimals\"?"
            ),
            (
                "{\"a\": {\"$counter\": 1, \"$uniform\": [1, 2]}}",
                "line 1, column 23: a value has one generator, and \"$counter\" is one already"
            ),
            (
                "{\"a\": {\"$uniform\": 5}}",
                "line 1, column 20: $uniform takes the lowest and the highest number, such as [20, 30]"
            ),
            ("{\"a\": {\"$uniform\": [1, \"2\"]}}", "line 1, column 24: the highest number is a number, not a string"),
            ("{\"a\": {\"$uniform\": [2, 1]}}", "line 1, column 20: the range ends before it begins"),
            (
                "{\"a\": {\"$uniform\": [1.25, 2], \"decimals\": 1}}",
                "line 1, column 20: the range has more decimals than 1"
            ),
            (
                "{\"a\": {\"$uniform\": [1e3, 2e3]}}",
                "line 1, column 20: the range needs plain numbers of at most 15 digits"
            ),
            (
                "{\"a\": {\"$uniform\": [1, 2], \"decimals\": 16}}",
                "line 1, column 40: decimals is a whole number from 0 to 15"
            ),
            ("{\"a\": {\"$normal\": [1, -2]}}", "line 1, column 23: a standard deviation is not below 0"),
            (
                "{\"a\": {\"$normal\": [1, 2], \"min\": 3, \"max\": 2}}",
                "line 1, column 19: $normal has a \"max\" below its \"min\""
            ),
            (
                "{\"a\": {\"$normal\": [1, 2], \"min\": 0.5}}",
                "line 1, column 34: 0.5 has more than 0 decimals, which \"decimals\" would allow"
            ),
            ("{\"a\": {\"$walk\": [1, 2], \"start\": 3}}", "line 1, column 34: a walk starts in its range"),
            ("{\"a\": {\"$walk\": [1, 2], \"step\": 0}}", "line 1, column 33: a step is more than 0"),
            (
                "{\"a\": {\"$sine\": [1, 2], \"period\": \"day\"}}",
                "line 1, column 35: a period is a time such as \"24h\" or \"90s\""
            ),
            (
                "{\"a\": {\"$sine\": [1, 2], \"peak\": \"25:00\"}}",
                "line 1, column 33: a peak is a time of the day in UTC, such as \"14:00\""
            ),
            ("{\"a\": {\"$sine\": [1, 2], \"noise\": -1}}", "line 1, column 34: noise is not below 0"),
            ("{\"a\": {\"$boolean\": 1.5}}", "line 1, column 20: a probability is a number from 0 to 1"),
            ("{\"a\": {\"$boolean\": true}}", "line 1, column 20: $boolean is a number, not true"),
            ("{\"a\": {\"$choice\": []}}", "line 1, column 19: $choice has nothing to choose from"),
            (
                "{\"a\": {\"$choice\": [1, 2], \"weights\": [1]}}",
                "line 1, column 38: there are 2 values to choose from, and 1 weights"
            ),
            ("{\"a\": {\"$choice\": [1], \"weights\": [0]}}", "line 1, column 35: one of the weights is more than 0"),
            (
                "{\"a\": {\"$choice\": [1], \"weights\": [-1]}}",
                "line 1, column 36: a weight is a whole number from 0 to 4294967295"
            ),
            ("{\"a\": {\"$counter\": 1.5}}", "line 1, column 20: $counter is a whole number of at most 18 digits"),
            ("{\"a\": {\"$timestamp\": \"us\"}}", "line 1, column 22: $timestamp is \"ms\" or \"s\" or \"iso8601\""),
            ("{\"a\": {\"$device\": \"name\"}}", "line 1, column 19: $device is \"id\" or \"label\""),
            ("{\"a\": {\"$replay\": \"x.csv\"}}", "line 1, column 19: x.csv: there is no such file"),
            ("{\"a\": {\"$replay\": \"empty.csv\"}}", "line 1, column 19: empty.csv: the table is empty"),
            (
                "{\"a\": {\"$replay\": \"names.csv\"}}",
                "line 1, column 19: names.csv: the table has no line below its names"
            ),
            (
                "{\"a\": {\"$replay\": \"two.csv\"}}",
                "line 1, column 19: two.csv: \"column\" says which of the table's columns: \"a\", \"b\""
            ),
            (
                "{\"a\": {\"$replay\": \"two.csv\", \"column\": \"c\"}}",
                "line 1, column 19: two.csv: the table has no column \"c\"; there are \"a\", \"b\""
            ),
            (
                "{\"a\": {\"$replay\": \"two.csv\", \"column\": \"b\"}}",
                "line 1, column 19: two.csv: line 3: there is no field in the column \"b\""
            ),
            (
                "{\"a\": {\"$replay\": \"quote.csv\", \"column\": \"b\"}}",
                "line 1, column 19: quote.csv: line 2: a quote does not end"
            ),
            ("{\"a\": {\"$\u{1b}[31m\": 1}}", "line 1, column 9: a control character"),
        ])
    func errors(json: String, message: String) throws {
        let error = try #require(throws: PayloadError.self) {
            try PayloadTemplate(json: Array(json.utf8), readFile: Self.table)
        }
        if message.hasSuffix("a control character") {
            #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        } else {
            #expect(error.description == message)
        }
    }

    @Test("a table that two generators name is read once")
    func once() throws {
        final class Counter { var reads = 0 }
        let counter = Counter()
        let json = #"{"a": {"$replay": "t", "column": "x"}, "b": [{"$replay": "t", "column": "y"}]}"#
        _ = try PayloadTemplate(json: Array(json.utf8)) { (_) throws(PayloadError) in
            counter.reads += 1
            return Array("x,y\n1,2\n".utf8)
        }
        #expect(counter.reads == 1)
    }
}
