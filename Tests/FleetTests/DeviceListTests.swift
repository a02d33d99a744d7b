import Dojot
import Fleet
import Testing

@Suite("Lists of devices")
struct DeviceListTests {
    @Test(arguments: [
        ("f60c28\nabcdef\n", ["f60c28", "abcdef"]), ("# all\n\nadmin:f60c28\r\nabcdef", ["admin:f60c28", "abcdef"]),
        ("label,id\n\"a, \"\"b\"\"\nc\",f60c28\nx,abcdef\n", ["f60c28", "abcdef"]), ("\u{FEFF}id\nf60c28", ["f60c28"]),
        ("id;room\nf60c28;a\n", ["f60c28"]), ("room\tid\n\"a,b\"\tf60c28\r\n", ["f60c28"]),
        ("\u{FEFF}\"id\";\"label\"\r\n\"f60c28\";\"a;b\"\r\n", ["f60c28"]),
    ])
    func areRead(text: String, names: [String]) throws {
        #expect(try DeviceList(text: text).names.map(\.description) == names)
    }

    @Test(arguments: [
        ("", "there is no device in it"), ("# none\n", "there is no device in it"),
        ("f60c28\nf60c28\n", "the device f60c28 is there twice"), ("f60c28\n../x\n", "line 2: "),
        ("label,name\na,b\n", "line 1: a table needs a column \"id\" in its first line"),
        ("label,id\n\na\n", "line 3: there is no field in the column \"id\""),
        ("label,id\n\"a,b\n", "line 2: a quote does not end"),
        ("label,id\n\"a\"b,c\n", "line 2: a field goes on behind its closing quote"),
    ])
    func areRefused(text: String, reason: String) {
        let error = #expect(throws: FleetError.self) { try DeviceList(text: text) }
        #expect(error?.message.hasPrefix(reason) == true, "\(error?.message ?? "")")
    }

    @Test("a table may have labels; a device without one has none")
    func labels() throws {
        let list = try DeviceList(
            text: "room,id,label\n1,f60c28,\"cellar, \"\"a\"\"\"\n2,abcdef,\n3,a1b2c3\n4,d4e5f6,roof\n")
        #expect((0..<4).map { list.label(of: $0) } == ["cellar, \"a\"", nil, nil, "roof"])
        #expect(try list.prefix(1).label(of: 0) == "cellar, \"a\"")
        #expect(list.shard(1, of: 2)?.label(of: 1) == "roof")
        #expect(try DeviceList(text: "f60c28\n").label(of: 0) == nil)
    }

    @Test("the parts of a list have no device in common, and all of them together")
    func shards() throws {
        let list = try DeviceList((0..<10).map { try DeviceName("d\($0)") })
        let parts = (0..<3).compactMap { list.shard($0, of: 3) }
        #expect(parts.map(\.names.count) == [4, 3, 3])
        #expect(Set(parts.flatMap(\.names).map(\.description)).count == 10)
        #expect(list.shard(10, of: 11) == nil)
    }
}
