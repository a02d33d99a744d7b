import Payload
import Testing

@Suite("Generators")
struct GeneratorTests {
    /// The objects of one device as text.
    private func objects(_ arguments: [String], seed: UInt64 = 1, stream: UInt64 = 0, count: Int) throws -> [String] {
        let template = try PayloadTemplate(arguments.map { try Generator(argument: $0) })
        var device = SimulatedDevice(template: template, seed: seed, stream: stream)
        return (0..<count).map { index in
            var buffer: [UInt8] = []
            device.appendNextObject(to: &buffer, at: 1_700_000_000_000 + Int64(index))
            return String(decoding: buffer, as: UTF8.self)
        }
    }

    /// The values of the one attribute `a`.
    private func values(_ rule: String, seed: UInt64 = 1, count: Int = 1000) throws -> [String] {
        try objects(["a=" + rule], seed: seed, count: count).map { object in
            try #require(object.hasPrefix("{\"a\":") && object.hasSuffix("}"))
            return String(object.dropFirst(5).dropLast())
        }
    }

    @Test("a whole object, and it is JSON")
    func wholeObject() throws {
        let lines = try objects(
            ["x=7", "mode=eco", "n=counter", "t=timestamp", "p:=[1, 2]", "v=1.10", "on=true|true"], count: 2)
        #expect(
            lines == [
                #"{"x":7,"mode":"eco","n":1,"t":1700000000000,"p":[1, 2],"v":"1.10","on":true}"#,
                #"{"x":7,"mode":"eco","n":2,"t":1700000000001,"p":[1, 2],"v":"1.10","on":true}"#,
            ])
        for line in lines { try JSONSyntax.check(object: line.utf8) }
        #expect(try objects([], count: 1) == ["{}"])
    }

    @Test("uniform numbers reach both bounds, evenly")
    func uniform() throws {
        let values = try values("20..29", count: 10_000).map { try #require(Int($0)) }
        let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
        #expect(counts.keys.sorted() == Array(20...29))
        // Each is drawn 1,000 times on average, with a standard deviation of 30.
        #expect(counts.values.allSatisfy { (850...1150).contains($0) })
    }

    @Test(
        "numbers have the decimals of the bound that has more, within the bounds",
        arguments: [
            ("20..30", 0, 20.0, 30.0), ("20.0..30", 1, 20, 30), ("-1.50..1.505", 3, -1.5, 1.505), ("-5..-3", 0, -5, -3),
            ("0.00~0.20", 2, 0, 0.2), ("-0.5~0.5", 1, -0.5, 0.5), ("7..7", 0, 7, 7), ("7~7", 0, 7, 7), ("1~2", 0, 1, 2),
            ("-9007199254740992..9007199254740992", 0, -9_007_199_254_740_992, 9_007_199_254_740_992),
            ("-9007199254740992~9007199254740992", 0, -9_007_199_254_740_992, 9_007_199_254_740_992),
        ])
    func decimals(_ rule: String, _ decimals: Int, _ lower: Double, _ upper: Double) throws {
        for value in try values(rule, count: 500) {
            let parts = value.split(separator: ".")
            #expect((parts.count > 1 ? parts[1].count : 0) == decimals, "\(value)")
            #expect((lower...upper).contains(try #require(Double(value))), "\(value)")
            try JSONSyntax.check(value: value.utf8)
        }
    }

    @Test("a random walk goes in small steps, and everywhere")
    func walk() throws {
        let values = try values("20.0~30.0", count: 20_000).map { try #require(Double($0)) }
        #expect(zip(values, values.dropFirst()).allSatisfy { abs($0 - $1) < 0.5001 })
        #expect(values.contains { $0 < 20.5 } && values.contains { $0 > 29.5 })
        #expect(Set(try self.values("1~3", count: 200)) == ["1", "2", "3"])
    }

    @Test("choices are typed one by one")
    func choices() throws {
        #expect(Set(try values("true|false")) == ["true", "false"])
        #expect(Set(try values("1|1.10|eco||null")) == ["1", "\"1.10\"", "\"eco\"", "\"\"", "null"])
    }

    @Test(
        "what looks like a rule and is none is a constant",
        arguments: [
            ("~/x", "\"~/x\""), ("..", "\"..\""), ("a..b", "\"a..b\""), ("..5", "\"..5\""), ("Counter", "\"Counter\""),
        ])
    func constants(_ text: String, _ json: String) throws {
        #expect(try Generator(argument: "a=" + text).rule == .constant(Array(json.utf8)))
        #expect(try Generator(argument: "a:=\"counter\"").rule == .constant(Array("\"counter\"".utf8)))
    }

    @Test(
        "what cannot be a rule is refused with the reason",
        arguments: [
            ("a=30..20", "the range 30..20 of a ends before it begins"),
            ("a=2~1.9", "the range 2~1.9 of a ends before it begins"),
            ("a=20..", "the range 20.. of a has no number after the '..'"),
            ("a=20..x", "the range 20..x of a has no number after the '..'"),
            ("a=1...3", "the range 1...3 of a has no number after the '..'"),
            ("a=20~x", "the range 20~x of a has no number after the '~'"),
            ("a=1e3..1e4", "the range 1e3..1e4 of a needs plain numbers of at most 15 digits"),
            ("a=0..9007199254740993", "the range 0..9007199254740993 of a needs plain numbers of at most 15 digits"),
            (
                "a=0..0.99999999999999999999",
                "the range 0..0.99999999999999999999 of a needs plain numbers of at most 15 digits"
            ),
            ("a", "'a' is not name=value"), ("=1..2", "'=1..2' has no name before the '='"),
            ("a:=1..2", "the value of a is not JSON: expected a digit after the point, found '.'"),
        ])
    func refused(_ argument: String, _ message: String) throws {
        let error = try #require(throws: PayloadError.self) { try Generator(argument: argument) }
        #expect(error.message == message)
    }

    @Test("a name that comes twice is refused")
    func duplicate() throws {
        let generators = try ["a=1..2", "a=counter"].map { try Generator(argument: $0) }
        #expect(throws: PayloadError("the attribute a is given twice")) { try PayloadTemplate(generators) }
    }

    @Test("the same seed says the same again, another seed or stream does not")
    func seeds() throws {
        let rules = ["t=0.00..9.99", "l=0.00~9.99", "on=true|false"]
        let first = try objects(rules, seed: 42, count: 50)
        #expect(try objects(rules, seed: 42, count: 50) == first)
        #expect(try objects(rules, seed: 43, count: 50) != first)
        #expect(try objects(rules, seed: 42, stream: 1, count: 50) != first)
        // Written down once: a run's objects are the same in the next release too.
        #expect(
            first.prefix(2) == [
                #"{"t":1.59,"l":7.41,"on":true}"#,
                #"{"t":0.38,"l":7.19,"on":true}"#,
            ])
    }

    @Test("random numbers are the reference's")
    func reference() {
        var random = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in random.next() } == expected)
        var streams = (0..<1000).map { SplitMix64(seed: 7, stream: $0) }
        #expect(Set(streams.indices.map { streams[$0].next() }).count == 1000)
        #expect((0..<1000).allSatisfy { _ in random.next(below: 1) == 0 })
        #expect((0..<1000).allSatisfy { _ in random.next(below: UInt64.max) < UInt64.max })
    }

    @Test("one plan serves thousands of devices, each with numbers of its own")
    func manyDevices() throws {
        let template = try PayloadTemplate([Generator(argument: "t=0..1000000"), Generator(argument: "n=counter")])
        var devices = (0..<5000).map { SimulatedDevice(template: template, seed: 9, stream: UInt64($0)) }
        var buffer: [UInt8] = []
        var seen: Set<[UInt8]> = []
        for round in 1...2 {
            for index in devices.indices {
                buffer.removeAll(keepingCapacity: true)
                devices[index].appendNextObject(to: &buffer, at: 0)
                #expect(String(decoding: buffer, as: UTF8.self).hasSuffix("\"n\":\(round)}"))
                seen.insert(buffer)
            }
        }
        #expect(seen.count > 9900)
        #expect(MemoryLayout<SimulatedDevice>.size <= 40)
    }
}
