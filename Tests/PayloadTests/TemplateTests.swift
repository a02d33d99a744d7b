import Foundation
import Payload
import Testing

@Suite("Payload templates")
struct TemplateTests {
    /// 2023-11-14T22:13:20Z.
    private static let time: Int64 = 1_700_000_000_000

    private static func table(_ path: String) throws(PayloadError) -> [UInt8] {
        switch path {
        case "week.csv": Array("hour,temp,\"state, now\"\n0,18.5,on\n\n1,19,\"a \"\"b\"\"\"\n2,,off\n".utf8)
        case "one.csv": Array("v\n1\n2\n".utf8)
        case "none.csv": Array("v\n".utf8)
        case "short.csv": Array("a,b\n1,2\n3\n".utf8)
        default: throw PayloadError("there is no such file")
        }
    }

    private func template(_ json: String) throws -> PayloadTemplate {
        try PayloadTemplate(json: Array(json.utf8), readFile: Self.table)
    }

    /// What a device says so many times in a row.
    private func said(
        _ json: String, count: Int, seed: UInt64 = 1, id: String = "f60c28", label: String? = nil,
        at time: Int64 = TemplateTests.time
    ) throws -> [String] {
        var device = SimulatedDevice(template: try template(json), seed: seed, id: id, label: label)
        return (0..<count).map { _ in
            var buffer: [UInt8] = []
            device.appendNextObject(to: &buffer, at: time)
            return String(decoding: buffer, as: UTF8.self)
        }
    }

    /// The values of one generator, as text.
    private func values(_ generator: String, count: Int = 1000, at time: Int64 = TemplateTests.time) throws -> [String]
    {
        try said("{\"a\": \(generator)}", count: count, at: time).map { String($0.dropFirst(5).dropLast()) }
    }

    private func numbers(_ generator: String, count: Int = 1000, at time: Int64 = TemplateTests.time) throws -> [Double]
    {
        try values(generator, count: count, at: time).map { try #require(Double($0)) }
    }

    @Test(
        "what is certain, letter for letter",
        arguments: [
            ("{}", ["{}", "{}"]),
            (
                " { \"a\" : [ 1.50 , {\"b\": null} ],\n \"é\\u0041\": \"\\u00e9\" } ",
                [#"{"a":[1.50,{"b":null}],"éA":"\u00e9"}"#, #"{"a":[1.50,{"b":null}],"éA":"\u00e9"}"#]
            ),
            (#"{"n": {"$counter": 1}, "m": {"$counter": -5, "step": 10}}"#, [#"{"n":1,"m":-5}"#, #"{"n":2,"m":5}"#]),
            (
                #"{"t": {"$timestamp": "ms"}, "s": {"$timestamp": "s"}, "i": {"$timestamp": "iso8601"}}"#,
                [#"{"t":1700000000000,"s":1700000000,"i":"2023-11-14T22:13:20.000Z"}"#]
            ),
            (#"{"id": {"$device": "id"}, "label": {"$device": "label"}}"#, [#"{"id":"f60c28","label":"f60c28"}"#]),
            (
                #"{"a": [{"$counter": 7}, {"deep": {"$constant": {"$x": [1]}}}], "z": 1}"#,
                [#"{"a":[7,{"deep":{"$x": [1]}}],"z":1}"#, #"{"a":[8,{"deep":{"$x": [1]}}],"z":1}"#]
            ),
            (
                #"{"v": {"$replay": "week.csv", "column": "temp"}}"#,
                [#"{"v":18.5}"#, #"{"v":19}"#, #"{"v":null}"#, #"{"v":18.5}"#]
            ),
            (
                #"{"v": {"$replay": "week.csv", "column": "state, now"}}"#,
                [#"{"v":"on"}"#, #"{"v":"a \"b\""}"#, #"{"v":"off"}"#]
            ),
            (#"{"v": {"$replay": "one.csv"}}"#, [#"{"v":1}"#, #"{"v":2}"#, #"{"v":1}"#]),
            (#"{"a": {"$boolean": 1}, "b": {"$boolean": 0}}"#, [#"{"a":true,"b":false}"#]),
            (
                #"{"a": {"$choice": [{"x": 1}]}, "b": {"$choice": [1, 2], "weights": [0, 3]}}"#,
                [#"{"a":{"x": 1},"b":2}"#]
            ),
            (#"{"a": {"$uniform": [7, 7], "decimals": 2}, "b": {"$normal": [3.5, 0]}}"#, [#"{"a":7.00,"b":3.5}"#]),
        ])
    func certain(json: String, expected: [String]) throws {
        let said = try said(json, count: expected.count)
        #expect(said == expected)
        for line in said { try JSONSyntax.check(object: line.utf8) }
    }

    @Test("normal numbers have their mean and deviation, and keep to bounds")
    func normal() throws {
        let numbers = try numbers(#"{"$normal": [25, 2], "decimals": 3}"#, count: 20_000)
        let mean = numbers.reduce(0, +) / 20_000
        let variance = numbers.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 20_000
        #expect(abs(mean - 25) < 0.1 && abs(variance.squareRoot() - 2) < 0.1)
        // 68.3 % within one deviation.
        #expect((13_300...14_000).contains(numbers.filter { abs($0 - 25) <= 2 }.count))
        let bounded = try self.numbers(#"{"$normal": [25, 20], "min": 20, "max": 30}"#)
        #expect(bounded.min() == 20 && bounded.max() == 30)
    }

    @Test("a sine is highest at its peak, lowest twelve hours away, and noise is around it")
    func sine() throws {
        let midnight: Int64 = 1_699_920_000_000
        let hour: Int64 = 3_600_000
        for (at, value) in [(14, "25.0"), (2, "15.0"), (8, "20.0"), (20, "20.0"), (26, "15.0"), (38, "25.0")] {
            #expect(try values(#"{"$sine": [15.0, 25.0]}"#, count: 1, at: midnight + Int64(at) * hour) == [value])
        }
        let peak = #"{"$sine": [0, 10], "peak": "06:30"}"#
        #expect(try values(peak, count: 1, at: midnight + 6 * hour + hour / 2) == ["10"])
        #expect(try values(peak, count: 1, at: -17 * hour - hour / 2) == ["10"])
        #expect(try values(#"{"$sine": [0, 10], "period": "1h", "peak": "00:30"}"#, count: 1, at: midnight) == ["0"])
        let noisy = try numbers(#"{"$sine": [15.0, 25.0], "noise": 0.5}"#, at: midnight + 14 * hour)
        #expect(abs(noisy.reduce(0, +) / 1000 - 25) < 0.1 && Set(noisy).count > 10)
    }

    @Test("chances are what they are said to be")
    func chances() throws {
        #expect((850...1150).contains(try values(#"{"$boolean": 0.1}"#, count: 10_000).filter { $0 == "true" }.count))
        let modes = try values(#"{"$choice": ["eco", "off"], "weights": [9, 1]}"#, count: 10_000)
        #expect((850...1150).contains(modes.filter { $0 == "\"off\"" }.count))
    }

    @Test("a walk has the steps and the beginning that it is given")
    func walk() throws {
        let walk = try numbers(#"{"$walk": [0.0, 10.0], "step": 0.2, "start": 5}"#)
        #expect(walk[0] == 5)
        #expect(zip(walk, walk.dropFirst()).allSatisfy { abs($0 - $1) < 0.2001 })
        #expect(walk.allSatisfy { (0...10).contains($0) } && Set(walk).count > 20)
    }

    @Test("devices begin a table where they like, where that is asked for")
    func randomStart() throws {
        let json = #"{"v": {"$replay": "one.csv", "start": "random"}}"#
        let firsts = try (0..<50).map { try said(json, count: 1, id: "d\($0)")[0] }
        #expect(Set(firsts) == [#"{"v":1}"#, #"{"v":2}"#])
    }

    @Test("what a device says follows from its id and the run's seed alone")
    func seeds() throws {
        let json = #"{"t": {"$uniform": [0.00, 9.99]}, "w": {"$walk": [0, 999]}, "g": {"$normal": [0.00, 1.00]}}"#
        let first = try said(json, count: 50, seed: 42, id: "f60c28")
        #expect(try said(json, count: 50, seed: 42, id: "f60c28") == first)
        #expect(try said(json, count: 50, seed: 43, id: "f60c28") != first)
        #expect(try said(json, count: 50, seed: 42, id: "f60c29") != first)
        // Written down once: a run's objects are the same in the next release too.
        #expect(first[0] == #"{"t":3.77,"w":544,"g":-0.84}"#)
    }

    @Test("names are written as JSON")
    func names() throws {
        #expect(
            try said(#"{"l": {"$device": "label"}}"#, count: 1, label: "a \"b\"\n\u{9b}") == [
                "{\"l\":\"a \\\"b\\\"\\n\u{9b}\"}"
            ])
    }

    @Test(
        "times are those of the calendar",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_123, "2000-02-29T00:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func calendar(time: Int64, text: String) throws {
        #expect(try values(#"{"$timestamp": "iso8601"}"#, count: 1, at: time) == ["\"\(text)\""])
    }

    @Test("a thousand days are those of Foundation's calendar")
    func days() throws {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for index in 0..<1000 {
            let time = Int64(index) * 9_130_017_311 - 2_208_988_800_000
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(time) / 1000))
            #expect(try values(#"{"$timestamp": "iso8601"}"#, count: 1, at: time) == ["\"\(text)\""])
        }
    }

    @Test("a template, and a config, may be nested as deep as JSON may be here")
    func depth() throws {
        let nested = { (levels: Int) in
            "{\"a\":" + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}"
        }
        let deepest = nested(JSONSyntax.maximumDepth - 1)
        #expect(try said(deepest, count: 1) == [deepest])
        let response = ConfigResponse(acknowledgement: "last", setting: .named(["a"]))
        #expect(response.publication(for: Array(deepest.utf8)) != nil)
        #expect(throws: PayloadError.self) { try template(nested(JSONSyntax.maximumDepth)) }
    }

    @Test("a device is small")
    func size() {
        #expect(MemoryLayout<SimulatedDevice>.size <= 40)
    }
}
