import Foundation
import TestSupport
import Testing

/// What becomes of connections to the broker where a fault is about them, as plain sockets see it.
@Suite struct BrokerFaultTests {
    /// A sandbox whose ports are a relay's.
    private func start(_ arguments: [String] = ["--broker-relay"]) throws -> RunningSandbox {
        try RunningSandbox.start(["--unsecured-port", "0"] + arguments)
    }

    @Test func withNoFaultTheRelayIsNotSeen() throws {
        let sandbox = try start()
        let peers = try (0..<150).map { try BarePeer(sandbox, named: "n\($0)") }
        let threads = try Self.threads(of: sandbox)
        for peer in peers { peer.greet() }
        #expect(peers.allSatisfy { $0.read(4) == .bytes(BarePeer.welcome) })
        #expect(try Self.threads(of: sandbox) == threads)
        peers[0].publish(#"{"a":1}"#)
        #expect(try Self.history(of: sandbox, has: 1))
        // More than the relay holds at once, both ways.
        let (token, text) = (try sandbox.logIn(), String(repeating: "x", count: 100_000))
        let device = try Enrolled(sandbox, token: token)
        let message = try device.folder.write(String(repeating: "x", count: 3_000_000), to: "message")
        let published = try Child.run(
            "/usr/bin/mosquitto_pub",
            device.connection(sandbox) + ["-t", "/admin/f60c28/attrs", "-q", "1", "-f", message])
        #expect(published.status == 0, "\(published.stderr)")
        let listener = try Child.start(
            "/usr/bin/stdbuf",
            ["-oL", "/usr/bin/mosquitto_sub"] + device.connection(sandbox)
                + ["-t", "/admin/f60c28/config", "-d", "-C", "1", "-W", "20"])
        #expect(listener.waitFor(output: "Subscribed"))
        let order = #"{"attrs": {"text": "\#(text)"}}"#
        #expect(try sandbox.request("PUT", "/device/f60c28/actuate", json: order, token: token).status == 200)
        #expect(listener.wait().stdout.contains(text))
    }

    @Test(arguments: [
        ("broker cut", [], BarePeer.Heard.end), ("broker reset", [], .reset),
        ("broker cut=20", [], .end), ("broker cut=25", BarePeer.welcome.prefix(2).map { $0 }, .end),
        ("broker reset=25", BarePeer.welcome.prefix(2).map { $0 }, .reset),
        ("broker stall", [], .nothing), ("broker silence=to-device", [], .nothing),
        ("broker silence=to-broker", [], .nothing), ("broker delay=60", [], .nothing),
        ("broker handshake-cut", BarePeer.welcome, .nothing), ("broker cut=5000", BarePeer.welcome, .nothing),
        ("broker cut probability=0", BarePeer.welcome, .nothing), ("broker cut count=0", BarePeer.welcome, .nothing),
    ])
    func aConnectionGoesAsTheRuleSays(rule: String, bytes: [UInt8], then: BarePeer.Heard) throws {
        let sandbox = try start(["--fault", rule])
        let peer = try BarePeer(sandbox, named: "abc")
        // 23 bytes go to the broker before its CONNACK comes. A reset at once may come before them: it is the sender who hears it then.
        let sent = peer.greet()
        if sent < 0 && then == .reset && bytes.isEmpty { return }
        #expect(sent == 23)
        if !bytes.isEmpty { #expect(peer.read(bytes.count) == .bytes(bytes)) }
        #expect(peer.read(1, seconds: then == .nothing ? 0.5 : 10) == then)
    }

    @Test func silenceIsOneWay() throws {
        let sandbox = try start(["--fault", "broker silence=to-device count=1", "--fault", "broker silence=to-broker"])
        let (deaf, mute) = (try BarePeer(sandbox, named: "deaf"), try BarePeer(sandbox, named: "mute"))
        for peer in [mute, deaf] {
            peer.greet()
            peer.publish(#"{"a":1}"#)
        }
        // That of the one was heard by the broker, that of the other is, as all the rest, once it is mended.
        #expect(try Self.history(of: sandbox, has: 1))
        #expect(deaf.read(1, seconds: 0.3) == .nothing && mute.read(1, seconds: 0.3) == .nothing)
        #expect(try Self.history(of: sandbox, has: 1))
        #expect(try sandbox.request("DELETE", "/_sandbox/faults").status == 200)
        #expect(deaf.read(4) == .bytes(BarePeer.welcome) && mute.read(4) == .bytes(BarePeer.welcome))
        #expect(try Self.history(of: sandbox, has: 2))
    }

    @Test func whatIsSlowTakesItsTime() throws {
        let sandbox = try start()
        func seconds(_ rule: String) throws -> Double {
            _ = try sandbox.request("DELETE", "/_sandbox/faults")
            try sandbox.addFault(rule)
            let start = Date()
            let peer = try BarePeer(sandbox, named: "slow")
            peer.greet()
            #expect(peer.read(4, seconds: 20) == .bytes(BarePeer.welcome), "\(rule)")
            return Date().timeIntervalSince(start)
        }
        // 24 bytes there, 4 back.
        #expect(try seconds("broker drip=20") > 1.1)
        #expect(try seconds("broker delay=0.4") > 0.8)
        #expect(try seconds("broker stall for=0.7") > 0.6)
    }

    @Test func conditionsCountConnections() throws {
        let sandbox = try start(["--fault", "broker cut after=1 count=2"])
        let heard = try (0..<4).map { number in
            let peer = try BarePeer(sandbox, named: "c\(number)")
            peer.greet()
            return peer.read(1)
        }
        #expect(heard.map { $0 == .end || $0 == .reset } == [false, true, true, false], "\(heard)")
        let report = try sandbox.request("GET", "/_sandbox/faults").body
        #expect(report.contains(#""happened":2,"matched":3"#), "\(report)")
    }

    @Test func aRuleTakesHoldOfWhatIsOpen() throws {
        let sandbox = try start()
        let peers = try (0..<3).map { try BarePeer(sandbox, named: "o\($0)") }
        for peer in peers {
            peer.greet()
            #expect(peer.read(4) == .bytes(BarePeer.welcome))
        }
        // The oldest alone; it counts from here.
        try sandbox.addFault("broker cut=4 count=1")
        peers[0].ping()
        #expect(peers[0].read(2) == .bytes([0xD0, 0]) && peers[0].read(1) == .end)
        // What stands, in place of another fault, and nothing that comes.
        try sandbox.addFault("broker stall")
        try sandbox.addFault("broker reset for=0")
        #expect(peers[1].read(1) == .reset && peers[2].read(1) == .reset)
        let stalled = try BarePeer(sandbox, named: "stalled")
        stalled.greet()
        #expect(stalled.read(1, seconds: 0.3) == .nothing)
        let report = try sandbox.request("GET", "/_sandbox/faults").body
        #expect(report.contains(#"{"happened":2,"matched":2,"rule":"broker reset for=0"}"#), "\(report)")
        #expect(report.contains(#"{"happened":3,"matched":3,"rule":"broker stall"}"#), "\(report)")
    }

    @Test func aHandshakeIsCutInItsMiddle() throws {
        let sandbox = try start(["--fault", "broker handshake-cut"])
        let outcome = try Child.run("/usr/bin/curl", ["-skv", "--max-time", "10", "https://localhost:\(sandbox.port)"])
        #expect(outcome.status == 35, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("Client hello") && !outcome.stderr.contains("Server hello"))
    }

    @Test func theBrokerMayGoAndComeBackBehindIt() throws {
        let sandbox = try start()
        let before = try BarePeer(sandbox, named: "before")
        before.greet()
        #expect(before.read(4) == .bytes(BarePeer.welcome))
        kill(sandbox.ready.brokerPid, SIGKILL)
        let heard = before.read(1)
        #expect(heard == .end || heard == .reset, "\(heard)")
        #expect(sandbox.child.waitFor(error: "it is started again"))
        var welcomed = false
        for _ in 0..<100 where !welcomed {
            let after = try BarePeer(sandbox, named: "after")
            after.greet()
            welcomed = after.read(4) == .bytes(BarePeer.welcome)
            if !welcomed { usleep(50_000) }
        }
        #expect(welcomed)
    }

    @Test func withoutARelayNoFaultOfTheBrokerIsTaken() throws {
        let sandbox = try start([])
        let answer = try sandbox.request("POST", "/_sandbox/faults", json: #"{"rules": ["/ca stall", "broker stall"]}"#)
        #expect(answer.status == 409 && answer.body.contains("--broker-relay"))
        #expect(try sandbox.request("GET", "/_sandbox/faults").body == #"{"faults":[]}"#)
    }

    private static func threads(of sandbox: RunningSandbox) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(sandbox.ready.pid)/task").count
    }

    /// Whether the device's history comes to have so many entries.
    private static func history(of sandbox: RunningSandbox, has count: Int) throws -> Bool {
        let answer = try sandbox.poll("/history/device/f60c28/history?attr=a", token: sandbox.logIn()) { _, body in
            entries(body) >= count
        }
        return entries(answer.body) == count
    }

    private static func entries(_ body: String) -> Int { body.components(separatedBy: #""value""#).count - 1 }
}

/// A client of MQTT 3.1.1 that says what it is told to, without TLS.
final class BarePeer {
    /// What comes of a read.
    enum Heard: Equatable, Sendable {
        case bytes([UInt8])
        /// Nothing, in the time there is.
        case nothing
        case end
        case reset
    }

    /// The CONNACK that lets a client in.
    static let welcome: [UInt8] = [0x20, 2, 0, 0]

    private let socket: Int32
    private let identifier: [UInt8]

    init(_ sandbox: RunningSandbox, named name: String) throws {
        guard let socket = LoopbackSocket.connected(to: sandbox.unsecuredPort) else {
            throw SupportError("the broker's port does not answer")
        }
        self.socket = socket
        // No device's: without TLS the broker holds those to devices that are there.
        identifier = Array("admin-\(name)".utf8)
    }

    deinit { close(socket) }

    /// Sends CONNECT, of 14 bytes and the identifier.
    @discardableResult
    func greet() -> Int {
        let rest: [UInt8] = [0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, UInt8(identifier.count)] + identifier
        return send([0x10, UInt8(rest.count)] + rest)
    }

    /// Sends a PUBLISH at QoS 0 of what f60c28 says.
    func publish(_ payload: String) {
        let topic = Array("/admin/f60c28/attrs".utf8)
        let rest = [0, UInt8(topic.count)] + topic + Array(payload.utf8)
        send([0x30, UInt8(rest.count)] + rest)
    }

    func ping() { send([0xC0, 0]) }

    @discardableResult
    private func send(_ bytes: [UInt8]) -> Int { Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Reads so many bytes, or what there is of them before an end.
    func read(_ count: Int, seconds: Double = 10) -> Heard {
        var bytes: [UInt8] = []
        let end = Date(timeIntervalSinceNow: seconds)
        while bytes.count < count {
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let rest = Int32(max(0, end.timeIntervalSinceNow * 1000))
            guard poll(&entry, 1, rest) > 0 else { return bytes.isEmpty ? .nothing : .bytes(bytes) }
            var part = [UInt8](repeating: 0, count: count - bytes.count)
            let got = recv(socket, &part, part.count, 0)
            guard got > 0 else { return bytes.isEmpty ? (got == 0 ? .end : .reset) : .bytes(bytes) }
            bytes += part[..<got]
        }
        return .bytes(bytes)
    }
}
