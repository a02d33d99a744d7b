import Foundation
import MQTT
import TestSupport
import Testing

/// 20,000 lines through `publish attrs -l` while the broker or the connection goes away.
///
/// The publisher passes a relay that opens only after the collector's SUBACK, and the broker queues without limit: otherwise
/// lines would be missing through no fault of the publisher. The collector subscribes at QoS 0: it then sends nothing that a
/// killed broker leaves unread, which would make the kernel throw away what is on its way to the collector.
@Suite("publish attrs -l", .serialized)
struct StreamTests {
    static let count = 20_000
    static let topic = "/admin/f60c28/attrs"
    static let settings = [
        "max_queued_messages 0", "max_inflight_messages 0", "persistence true", "autosave_interval 3600",
    ]

    /// Starts the publisher and feeds it its lines bit by bit, so that what happens meanwhile happens in the middle.
    static func start(_ port: UInt16, quality: Int, _ more: [String] = []) throws -> Child {
        let child = try Child.start(
            Programs.path("dojot-device"),
            ["publish", "attrs", "-p", "\(port)", "-h", "127.0.0.1", "-t", topic, "-i", "admin:f60c28"]
                + ["-q", "\(quality)", "-l"] + more)
        Thread.detachNewThread {
            for first in stride(from: 0, to: count, by: 100) {
                child.write((first..<first + 100).map { "{\"n\":\($0)}\n" }.joined())
                usleep(4000)
            }
            child.closeInput()
        }
        return child
    }

    /// What is wrong with what arrived: missing, repeated and out of order; empty where nothing is.
    static func faults(_ numbers: [Int], allowingRepeats: Bool) -> [String] {
        var seen: Set<Int> = []
        var faults: [String] = []
        var last = -1
        for number in numbers {
            if !seen.insert(number).inserted {
                if !allowingRepeats { faults.append("\(number) again") }
                continue
            }
            if number < last { faults.append("\(number) after \(last)") }
            last = max(last, number)
        }
        let missing = (0..<count).filter { !seen.contains($0) }
        if let first = missing.first { faults.append("\(missing.count) missing, from \(first)") }
        return Array(faults.prefix(20))
    }

    /// Ends the broker by a signal in the middle of the stream, several times.
    static func interrupt(_ broker: RunningBroker, _ relay: Relay, _ collector: Collector, by signal: Int32) throws {
        for share in [3000, 8000, 13_000] {
            try #require(collector.wait(forMessages: share))
            relay.isOpen = false
            let subscriptions = collector.subscriptions
            broker.stop(signal)
            relay.cut()
            try broker.start()
            try #require(collector.wait(forSubscriptions: subscriptions + 1))
            relay.isOpen = true
        }
    }

    @Test("at QoS 1 delivers every line, in order, though the broker is killed")
    func killedAtLeastOnce() throws {
        let broker = try RunningBroker(settings: Self.settings)
        let relay = try Relay(to: broker.port)
        let collector = try Collector(port: broker.port, topic: Self.topic, quality: .atMostOnce)
        let publisher = try Self.start(relay.port, quality: 1)
        try Self.interrupt(broker, relay, collector, by: SIGKILL)
        let outcome = publisher.wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forDistinct: Self.count)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: true) == [])
        #expect(outcome.stderr.contains("trying to come back"))
    }

    @Test("delivers every line to a broker with its own limits", arguments: [1, 2])
    func ownLimits(quality: Int) throws {
        // mosquitto takes 20 messages of QoS 2 at a time, and drops what goes beyond.
        let broker = try RunningBroker()
        let collector = try Collector(port: broker.port, topic: Self.topic, quality: .atMostOnce)
        let outcome = try Self.start(broker.port, quality: quality).wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forMessages: Self.count)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: false) == [])
    }

    @Test("at QoS 1 ends, once it has come back in vain as often as was allowed")
    func givesUp() throws {
        let broker = try RunningBroker()
        let publisher = try Self.start(broker.port, quality: 1, ["--max-reconnects", "1", "-d"])
        try #require(publisher.waitFor(error: "received PUBACK"))
        broker.stop(SIGKILL)
        let outcome = publisher.wait(timeout: 20)
        #expect(outcome.status == 69, "\(outcome.stderr.suffix(300))")
    }

    @Test("ends at once where the certificate was revoked meanwhile")
    func revoked() throws {
        let made = try TestCertificates()
        try made.make("device")
        try made.revoke([])
        let broker = try RunningBroker(certificates: made, settings: ["crlfile \(made.path("crl.pem"))"])
        let publisher = try Self.start(
            broker.port, quality: 1,
            [
                "-d", "--insecure", "--cafile", made.path("ca.crt"), "--cert", made.path("device.crt"),
                "--key", made.path("device.key"),
            ])
        try #require(publisher.waitFor(error: "received PUBACK"))
        try made.revoke(["device"])
        broker.stop(SIGKILL)
        try broker.start()
        let outcome = publisher.wait(timeout: 20)
        #expect(outcome.status == 77)
        #expect(outcome.stderr.contains("device.crt is revoked"))
    }

    @Test(
        "at QoS 1 over TLS delivers every line, in order, though connections are cut, in the middle of handshakes too")
    func cutSecured() throws {
        let made = try TestCertificates()
        try made.make("device")
        let files = [
            "--cafile", made.path("ca.crt"), "--cert", made.path("device.crt"), "--key", made.path("device.key"),
        ]
        let broker = try RunningBroker(certificates: made, settings: Self.settings + ["listener 0 \(made.path("own"))"])
        let relay = try Relay(to: broker.port)
        let collector = try Collector(socket: made.path("own"), topic: Self.topic, quality: .atMostOnce)
        let publisher = try Self.start(relay.port, quality: 1, files)
        for share in stride(from: 1500, to: 12_000, by: 3000) {
            try #require(collector.wait(forMessages: share))
            for _ in 0..<40 {
                relay.cut()
                usleep(25_000)
            }
        }
        let outcome = publisher.wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forDistinct: Self.count)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: true) == [])
    }

    @Test("at QoS 0 over TLS delivers every line in order, though the broker stops reading for a while")
    func fullSocket() throws {
        let made = try TestCertificates()
        try made.make("device")
        let files = [
            "--cafile", made.path("ca.crt"), "--cert", made.path("device.crt"), "--key", made.path("device.key"),
        ]
        let broker = try RunningBroker(certificates: made, settings: Self.settings + ["listener 0 \(made.path("own"))"])
        let collector = try Collector(socket: made.path("own"), topic: Self.topic, quality: .atMostOnce)
        let publisher = try Child.start(
            Programs.path("dojot-device"),
            ["publish", "attrs", "-p", "\(broker.port)", "-h", "localhost", "-t", Self.topic, "-q", "0", "-l"] + files)
        // Long lines, many short ones, and some longer than a TLS record, more than the socket takes while nobody reads.
        let lines = (0..<Self.count).map { number in
            let filler = String(repeating: "x", count: number % 997 == 0 ? 40_000 : number % 300)
            return "{\"n\":\(number),\"filler\":\"\(filler)\"}\n"
        }
        Thread.detachNewThread {
            publisher.write(lines[..<8000].joined())
            usleep(300_000)
            publisher.write(lines[8000...].joined())
            publisher.closeInput()
        }
        try #require(collector.wait(forMessages: 2000))
        broker.signal(SIGSTOP)
        usleep(700_000)
        broker.signal(SIGCONT)
        let outcome = publisher.wait(timeout: 60)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forMessages: Self.count)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: false) == [])
    }

    @Test("at QoS 2 delivers every line once, in order, though connections are cut")
    func cutExactlyOnce() throws {
        let broker = try RunningBroker(settings: Self.settings)
        let relay = try Relay(to: broker.port)
        let collector = try Collector(port: broker.port, topic: Self.topic, quality: .atMostOnce)
        let publisher = try Self.start(relay.port, quality: 2)
        for share in stride(from: 1500, to: 16_000, by: 2500) {
            try #require(collector.wait(forMessages: share))
            relay.cut()
        }
        let outcome = publisher.wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forMessages: Self.count)
        usleep(200_000)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: false) == [], "\(outcome.stderr)")
    }

    @Test("at QoS 2 delivers every line once, in order, though the broker is restarted")
    func restartedExactlyOnce() throws {
        let broker = try RunningBroker(settings: Self.settings)
        let relay = try Relay(to: broker.port)
        let collector = try Collector(port: broker.port, topic: Self.topic, quality: .atMostOnce)
        let publisher = try Self.start(relay.port, quality: 2)
        try Self.interrupt(broker, relay, collector, by: SIGTERM)
        let outcome = publisher.wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forMessages: Self.count)
        usleep(200_000)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: false) == [], "\(outcome.stderr)")
    }

    @Test(
        "at QoS 2 delivers every line, in order, though the broker loses its sessions, and says that lines may come twice"
    )
    func killedExactlyOnce() throws {
        let broker = try RunningBroker(settings: Self.settings)
        let relay = try Relay(to: broker.port)
        let collector = try Collector(port: broker.port, topic: Self.topic, quality: .atMostOnce)
        let publisher = try Self.start(relay.port, quality: 2)
        try Self.interrupt(broker, relay, collector, by: SIGKILL)
        let outcome = publisher.wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forDistinct: Self.count)
        collector.stop()
        #expect(Self.faults(collector.received, allowingRepeats: true) == [])
        #expect(outcome.stderr.contains("may come twice"))
    }
}
