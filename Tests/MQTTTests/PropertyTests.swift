import TestSupport
import Testing

@testable import MQTT

@Suite("Properties of MQTT 5")
struct PropertyTests {
    @Test(
        "read as mosquitto_pub writes them",
        arguments: [
            ("content-type", ["text/plain"], Property.Value.string("text/plain")),
            ("message-expiry-interval", ["60"], .int32(60)),
            ("topic-alias", ["3"], .int16(3)),
            ("payload-format-indicator", ["1"], .byte(1)),
            ("correlation-data", ["abc"], .binary([97, 98, 99])),
            ("user-property", ["key", "value"], .pair("key", "value")),
        ])
    func reading(name: String, values: [String], expected: Property.Value) throws {
        let property = try Property(name: name, values: values)
        #expect(property.value == expected)
        #expect(property.name == name)
        #expect(try PropertyList([property]).withPointer(PropertyList.read) == [property])
    }

    @Test(
        "refused where they are unknown, incomplete or out of range",
        arguments: [
            ("no-such-property", ["1"]), ("topic-alias", ["65536"]), ("topic-alias", ["-1"]), ("topic-alias", ["x"]),
            ("user-property", ["key"]), ("payload-format-indicator", ["256"]),
        ])
    func refusing(name: String, values: [String]) {
        #expect(throws: MQTTError.self) { try Property(name: name, values: values) }
    }

    @Test("refused in a packet that they do not belong in")
    func packets() throws {
        let expiry = try Property(name: "session-expiry-interval", values: ["60"])
        try Property.check([expiry], for: .connect)
        #expect(throws: MQTTError.self) { try Property.check([expiry], for: .publish) }
        #expect(throws: MQTTError.self) { try Property.check([expiry, expiry], for: .connect) }
        let identifier = try Property(name: "subscription-identifier", values: ["4"])
        try Property.check([identifier], for: .subscribe)
        #expect(throws: MQTTError.self) { try Property.check([identifier], for: .publish) }
    }

    @Test("go both ways, with the session's and the will's")
    func bothWays() throws {
        let broker = try RunningBroker()
        var options = ConnectionLifeTests.options(broker.port, "sender")
        options.version = .v5
        options.connectProperties = [try Property(name: "session-expiry-interval", values: ["60"])]
        options.cleanSession = false
        let will = [
            try Property(name: "will-delay-interval", values: ["0"]),
            try Property(name: "user-property", values: ["a", "b"]),
        ]
        options.will = Will(topic: "gone", payload: [1, 2], properties: will)
        var listening = ConnectionLifeTests.options(broker.port, "listener")
        listening.version = .v5
        let listener = try MQTTClient(listening)
        try listener.connect()
        try listener.subscribe(Subscription(["t", "gone"], qualityOfService: .exactlyOnce))
        _ = try ConnectionLifeTests.event(listener, ConnectionLifeTests.isSubscribed)
        do {
            let sender = try MQTTClient(options)
            #expect(try sender.connect() == false)
            let sent = [
                try Property(name: "content-type", values: ["json"]),
                try Property(name: "user-property", values: ["k", "v"]),
            ]
            try sender.deliver([7], to: "t", qualityOfService: .exactlyOnce, properties: sent, within: 30)
            let message = try #require(try ConnectionLifeTests.event(listener, ConnectionLifeTests.message))
            #expect(message.payload == [7])
            #expect(message.properties.contains(sent[0]) && message.properties.contains(sent[1]))
        }
        // The sender went without a DISCONNECT.
        let last = try #require(try ConnectionLifeTests.event(listener, ConnectionLifeTests.message))
        #expect(last.topic == "gone" && last.payload == [1, 2])
        #expect(last.properties == [will[1]])
        let again = try MQTTClient(options)
        #expect(try again.connect() == true)
        again.disconnect()
    }
}
