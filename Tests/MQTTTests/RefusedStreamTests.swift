import TestSupport
import Testing

@testable import MQTT

@Suite("A stream of messages")
struct RefusedStreamTests {
    /// Takes every connection, says that it stands, and hangs up at what comes next: as Mosca does.
    @Test("to a broker that hangs up at each of them ends as refused, not in reconnections without end")
    func refused() throws {
        let broker = try AnsweringService("\u{20}\u{02}\u{00}\u{00}")
        let client = try MQTTClient(ConnectionLifeTests.options(broker.port))
        try client.connect()
        let stream = OutgoingStream(
            client, topic: "/admin/other/attrs", qualityOfService: .atLeastOnce, window: 10, timeout: 60)
        try stream.send([1])
        let error = #expect(throws: MQTTError.self) {
            for _ in 0..<200 { try stream.handle(try client.next(until: stream.deadline)) }
        }
        #expect(error?.code == .publishRefused)
    }

    @Test("of QoS 0 that is idle outlives connections that end soon")
    func idle() throws {
        let broker = try AnsweringService("\u{20}\u{02}\u{00}\u{00}")
        let client = try MQTTClient(ConnectionLifeTests.options(broker.port))
        try client.connect()
        let stream = OutgoingStream(client, topic: "a", qualityOfService: .atMostOnce, window: 10, timeout: 60)
        var losses = 0
        while losses < 8 {
            let event = try client.next(until: .after(30))
            if ConnectionLifeTests.loss(event) != nil { losses += 1 }
            try stream.handle(event)
        }
    }
}
