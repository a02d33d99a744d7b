import Foundation
import MQTT
import TestSupport
import Testing

/// 20,000 lines through `publish attrs -l`; what goes on while the broker goes away many times is in StreamEnduranceTests.
@Suite("publish attrs -l", .serialized)
struct StreamTests {
    static let stream = NumberedStream(count: 20_000)
    static let topic = NumberedStream.topic

    @Test("delivers every line to a broker with its own limits", arguments: [1, 2])
    func ownLimits(quality: Int) throws {
        // mosquitto takes 20 messages of QoS 2 at a time, and drops what goes beyond.
        let broker = try RunningBroker()
        let collector = try Collector(port: broker.port, topic: Self.topic, quality: .atMostOnce)
        let outcome = try Self.stream.start(broker.port, quality: quality).wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forMessages: Self.stream.count)
        collector.stop()
        #expect(Self.stream.faults(collector.received, allowingRepeats: false) == [])
    }

    @Test("at QoS 1 ends, once it has come back in vain as often as was allowed")
    func givesUp() throws {
        let broker = try RunningBroker()
        let publisher = try Self.stream.start(broker.port, quality: 1, ["--max-reconnects", "1", "-d"])
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
        let publisher = try Self.stream.start(
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
        let broker = try RunningBroker(
            certificates: made, settings: NumberedStream.settings + ["listener 0 \(made.path("own"))"])
        let relay = try Relay(to: broker.port)
        let collector = try Collector(socket: made.path("own"), topic: Self.topic, quality: .atMostOnce)
        let publisher = try Self.stream.start(relay.port, quality: 1, files)
        for share in stride(from: 1500, to: 12_000, by: 3000) {
            try #require(collector.wait(forMessages: share))
            for _ in 0..<40 {
                relay.cut()
                usleep(25_000)
            }
        }
        let outcome = publisher.wait(timeout: 90)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        _ = collector.wait(forDistinct: Self.stream.count)
        collector.stop()
        #expect(Self.stream.faults(collector.received, allowingRepeats: true) == [])
    }

    @Test("at QoS 0 over TLS delivers every line in order, though the broker stops reading for a while")
    func fullSocket() throws {
        let made = try TestCertificates()
        try made.make("device")
        let files = [
            "--cafile", made.path("ca.crt"), "--cert", made.path("device.crt"), "--key", made.path("device.key"),
        ]
        let broker = try RunningBroker(
            certificates: made, settings: NumberedStream.settings + ["listener 0 \(made.path("own"))"])
        let collector = try Collector(socket: made.path("own"), topic: Self.topic, quality: .atMostOnce)
        let publisher = try Child.start(
            Programs.path("dojot-device"),
            ["publish", "attrs", "-p", "\(broker.port)", "-h", "localhost", "-t", Self.topic, "-q", "0", "-l"] + files)
        // Long lines, many short ones, and some longer than a TLS record, more than the socket takes while nobody reads.
        let lines = (0..<Self.stream.count).map { number in
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
        _ = collector.wait(forMessages: Self.stream.count)
        collector.stop()
        #expect(Self.stream.faults(collector.received, allowingRepeats: false) == [])
    }
}
