import Testing

@testable import Fleet

@Suite("What a master says")
struct MasterMessageTests {
    private static func frame(_ type: MessagePackValue, _ data: MessagePackValue) -> [UInt8] {
        MessagePackValue.array([type, data, "host_1"]).encoded
    }

    /// What a master with options of its own sent.
    static let spawn: MessagePackValue = [
        "timestamp": .number(1_795_520_646.8), "user_classes_count": ["Device": 3, "Gateway": 2], "host": "",
        "stop_timeout": .number(2.5),
        "parsed_options": [
            "broker": "localhost:8883", "qos": "1", "interval": "", "rate": .number(2.5), "seed": 7,
            "reset_stats": .boolean(true),
            "tags": nil, "word": "many", "half": "1.5",
        ],
    ]

    @Test("the short ones")
    func short() throws {
        for (type, data, message): (MessagePackValue, MessagePackValue, MasterMessage) in [
            ("ack", ["index": 7], .acknowledged(index: 7)), ("heartbeat", nil, .heartbeat), ("stop", nil, .stop),
            ("spawning_complete", ["user_count": 3], .spawningComplete), ("quit", nil, .quit),
            ("reconnect", nil, .reconnect), ("update_user_class", ["a": 1], .other("update_user_class")),
        ] {
            #expect(try MasterMessage(frame: Self.frame(type, data)) == message)
        }
    }

    @Test("an order to spawn, with the options of the master's form")
    func order() throws {
        guard case .spawn(let order) = try MasterMessage(frame: Self.frame("spawn", Self.spawn)) else {
            Issue.record("no order")
            return
        }
        #expect(order.timestamp == 1_795_520_646.8)
        #expect(order.users == UserCounts(classes: [("Device", 3), ("Gateway", 2)]))
        #expect(order.users.total == 5)
        let options = order.options
        #expect(options.text("broker") == "localhost:8883")
        #expect(options.text("interval") == nil && options.text("tags") == nil && options.text("none") == nil)
        #expect(try options.integer("qos") == 1 && options.integer("seed") == 7 && options.integer("interval") == nil)
        #expect(try options.number("rate") == 2.5 && options.number("half") == 1.5)
        #expect(options.isSet("reset_stats") && !options.isSet("broker"))
        #expect(throws: FleetError.self) { try options.number("word") }
        #expect(throws: FleetError.self) { try options.integer("half") }
    }

    @Test("what is no message, or no order that can be followed, is refused")
    func refused() {
        for frame in [
            [], MessagePackValue.array(["ack"]).encoded, MessagePackValue(7).encoded, Self.frame(7, nil),
            Self.frame("ack", nil), Self.frame("ack", ["index": -1]), Self.frame("spawn", nil),
            Self.frame("spawn", ["timestamp": 1, "user_classes_count": ["Device": -1]]),
            Self.frame("spawn", ["timestamp": 1, "user_classes_count": ["Device": 9_000_000, "Gateway": 9_000_000]]),
            Self.frame("spawn", ["timestamp": .number(.nan), "user_classes_count": [:]]),
        ] {
            let error = #expect(throws: FleetError.self) { try MasterMessage(frame: frame) }
            #expect(error?.code == .invalidMessage)
        }
    }

    @Test("how long the test has gone on is told by the master's clock alone")
    func elapsed() throws {
        func elapsed(_ started: MessagePackValue) throws -> Double? {
            let data: MessagePackValue = [
                "timestamp": .number(1_795_520_646.5), "user_classes_count": [:],
                "parsed_options": ["test_started": started],
            ]
            guard case .spawn(let order) = try MasterMessage(frame: Self.frame("spawn", data)) else { return -1 }
            return order.options.elapsed
        }
        #expect(try elapsed(.number(1_795_520_640.25)) == 6.25)
        #expect(try elapsed(1_795_520_640) == 6.5)
        // Its clock was set back.
        #expect(try elapsed(.number(1_795_520_700)) == 0)
        #expect(try elapsed(nil) == nil && elapsed("soon") == nil && elapsed(.number(.nan)) == nil)
    }
}
