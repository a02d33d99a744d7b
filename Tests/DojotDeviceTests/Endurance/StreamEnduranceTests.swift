import Foundation
import MQTT
import TestSupport
import Testing

/// Long streams through `publish attrs -l` over mutual TLS, while the broker goes away and connections are cut, many times.
///
/// Exactly once can be promised where the broker ends by SIGTERM and saves what it knows; one that is killed forgets.
@Suite("A long stream", .serialized)
struct StreamEnduranceTests {
    private static let stream = NumberedStream(count: TestScale.of(short: 20_000, long: 100_000))
    private static let endings = TestScale.of(short: 3, long: 10)
    private static let cuts = TestScale.of(short: 6, long: 20)

    /// What became of a stream.
    private struct Passage {
        let outcome: Outcome
        let numbers: [Int]
        /// The publisher's connections that the relay took.
        let connections: Int
        let seconds: Double

        var repeats: Int { numbers.count - Set(numbers).count }
    }

    @Test("at QoS 1 arrives whole and in order, though the broker is killed and connections are cut")
    func atLeastOnce() throws {
        let passage = try pass(quality: 1, endingBy: SIGKILL)
        #expect(Self.stream.faults(passage.numbers, allowingRepeats: true) == [])
        report(passage, "QoS 1, broker killed", "none missing, first arrivals in order")
    }

    @Test("at QoS 2 arrives once and in order, though the broker is restarted and connections are cut")
    func exactlyOnce() throws {
        let passage = try pass(quality: 2, endingBy: SIGTERM)
        #expect(Self.stream.faults(passage.numbers, allowingRepeats: false) == [], "\(passage.outcome.stderr)")
        report(passage, "QoS 2, broker restarted", "none missing, none twice, in order")
    }

    @Test("at QoS 2 arrives whole and in order, though the broker is killed, and says that lines may come twice")
    func forgotten() throws {
        let passage = try pass(quality: 2, endingBy: SIGKILL)
        #expect(Self.stream.faults(passage.numbers, allowingRepeats: true) == [])
        #expect(passage.outcome.stderr.contains("may come twice"))
        report(passage, "QoS 2, broker killed", "none missing, first arrivals in order")
    }

    /// Publishes the stream, ending the broker and cutting connections in turn, each time at a fresh part of it.
    private func pass(quality: Int, endingBy signal: Int32) throws -> Passage {
        let made = try TestCertificates()
        try made.make("device")
        let files = [
            "--cafile", made.path("ca.crt"), "--cert", made.path("device.crt"), "--key", made.path("device.key"),
        ]
        // Who collects is on a port of its own. TCP and not a Unix socket, whose buffer is small: what the broker had acknowledged and
        // could not hand on yet would be gone with it.
        let port = try FreePort.next()
        let broker = try RunningBroker(
            certificates: made, settings: NumberedStream.settings + ["listener \(port) 127.0.0.1"])
        let relay = try Relay(to: broker.port)
        let collector = try Collector(port: port, topic: NumberedStream.topic, quality: .atMostOnce)
        let blows = Self.endings + Self.cuts
        func share(_ index: Int) -> Int { Self.stream.count * index / (blows + 1) }
        let gate = LineGate(limit: share(2))

        let start = Date()
        let publisher = try Self.stream.start(relay.port, quality: quality, files, through: gate)
        for index in 1...blows {
            try #require(
                collector.wait(forDistinct: share(index)),
                "\(collector.received.count) lines at blow \(index): \(publisher.errorSoFar.suffix(500))")
            if index * Self.endings / blows > (index - 1) * Self.endings / blows {
                try end(broker, relay, collector, by: signal)
            } else {
                relay.cut()
            }
            gate.open(to: index + 2 > blows ? .max : share(index + 2))
        }
        let outcome = publisher.wait(timeout: TestScale.of(short: 120, long: 300))
        #expect(outcome.status == 0, "\(outcome.stderr.suffix(1000))")
        #expect(outcome.stderr.contains("trying to come back"))
        // One more line, past everything else in the broker's queue: what comes twice would be before it.
        let last = try Child.run(
            Programs.path("dojot-device"),
            [
                "publish", "attrs", "-h", "127.0.0.1", "-p", "\(port)", "-t", NumberedStream.topic, "-q", "1",
                "-m", "{\"n\":\(Self.stream.count)}",
            ])
        #expect(last.status == 0, "\(last.stderr)")
        #expect(collector.wait(forDistinct: Self.stream.count + 1))
        let seconds = Date().timeIntervalSince(start)
        collector.stop()
        return Passage(
            outcome: outcome, numbers: collector.received, connections: relay.connections, seconds: seconds)
    }

    /// Ends the broker and starts it again; the publisher gets to it once the collector is there.
    private func end(_ broker: RunningBroker, _ relay: Relay, _ collector: Collector, by signal: Int32) throws {
        relay.isOpen = false
        let subscriptions = collector.subscriptions
        broker.stop(signal)
        relay.cut()
        try broker.start()
        try #require(collector.wait(forSubscriptions: subscriptions + 1))
        relay.isOpen = true
    }

    private func report(_ passage: Passage, _ what: String, _ held: String) {
        TestScale.report(
            "\(what) \(Self.endings) times, connections cut \(Self.cuts) times: \(Self.stream.count) lines, \(held), "
                + "\(passage.repeats) came twice, \(passage.connections) connections, "
                + "exit code \(passage.outcome.status), \(Int(passage.seconds.rounded())) s")
    }
}
