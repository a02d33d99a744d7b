import Foundation
import TestSupport
import Testing

@testable import MQTT

/// A connection that is lost and comes back.
@Suite("A lost connection")
struct ConnectionLifeTests {
    static func options(_ port: UInt16, _ identifier: String = "admin:f60c28") -> MQTTClient.Options {
        var options = MQTTClient.Options(host: "127.0.0.1", port: port, clientIdentifier: identifier)
        options.timeout = 30
        options.backoff = Backoff(initial: 0.05, maximum: 0.4)
        return options
    }

    /// Takes events until one is wanted; nil where none comes within `seconds`.
    static func event<T>(
        _ client: MQTTClient, within seconds: Double = 30, _ wanted: (MQTTClient.Event) -> T?
    ) throws -> T? {
        let end = MonotonicTime.after(seconds)
        while MonotonicTime.now < end {
            let event = try client.next(until: end)
            if let value = wanted(event) { return value }
        }
        return nil
    }

    static func isConnected(_ event: MQTTClient.Event) -> Bool? { if case .connected = event { true } else { nil } }
    static func isSubscribed(_ event: MQTTClient.Event) -> [Int]? {
        if case .subscribed(let reasons) = event { reasons } else { nil }
    }
    static func message(_ event: MQTTClient.Event) -> Message? {
        if case .message(let message) = event { message } else { nil }
    }
    static func loss(_ event: MQTTClient.Event) -> MQTTError? {
        if case .lost(let error, _) = event { error } else { nil }
    }

    @Test("is made again and subscribed to again, by itself")
    func comesBack() throws {
        let broker = try RunningBroker()
        let client = try MQTTClient(Self.options(broker.port))
        try client.connect()
        try client.subscribe(Subscription(["/admin/f60c28/config"], qualityOfService: .atLeastOnce))
        #expect(try Self.event(client, Self.isSubscribed) == [1])
        for _ in 0..<3 {
            broker.stop(SIGKILL)
            #expect(try Self.event(client, Self.loss)?.code == .connectionLost)
            #expect(!client.isConnected)
            let early = #expect(throws: MQTTError.self) { try client.publish([], to: "a") }
            #expect(early?.code == .notConnected)
            try broker.start()
            #expect(try Self.event(client, Self.isConnected) == true)
            #expect(try Self.event(client, Self.isSubscribed) == [1])
        }
        try client.publish(Array("x".utf8), to: "/admin/f60c28/config", qualityOfService: .atLeastOnce)
        #expect(try Self.event(client, Self.message)?.payload == Array("x".utf8))
        client.disconnect()
    }

    @Test("whose peer is silent counts as lost after one and a half keep-alives")
    func halfOpen() throws {
        let broker = try RunningBroker()
        let relay = try Relay(to: broker.port)
        var options = Self.options(relay.port)
        options.keepAlive = 5
        let client = try MQTTClient(options)
        try client.connect()
        relay.silence([.toServer, .toClient])
        // How soon is HalfOpenEnduranceTests' to say, and that nothing is lost while the peer answers.
        let error = try Self.event(client, within: 60, Self.loss)
        #expect(error?.code == .connectionLost)
        #expect(error?.message.contains("silent") == true)
        #expect(try Self.event(client, Self.isConnected) == true)
    }

    @Test("is not suspected where it was the program that did not listen")
    func late() throws {
        let broker = try RunningBroker()
        var options = Self.options(broker.port)
        options.keepAlive = 10
        let client = try MQTTClient(options)
        try client.connect()
        // The broker has heard from us, and has not answered.
        #expect(try Self.event(client, within: 7.5, Self.loss) == nil)
        try client.publish([1], to: "a")
        // As a process that was stopped, or that waited for its output to be read, until long after a silent peer's time.
        Thread.sleep(forTimeInterval: 9)
        #expect(try Self.event(client, within: 3, Self.loss) == nil)
        try client.deliver([1], to: "a", qualityOfService: .atLeastOnce, within: 30)
    }

    @Test("comes back also where its end came along with the CONNACK")
    func abruptEnd() throws {
        let broker = try AnsweringService("\u{20}\u{02}\u{00}\u{00}", ending: .atOnce)
        var options = Self.options(broker.port)
        options.cleanSession = false
        let client = try MQTTClient(options)
        #expect(try client.connect() == false)
        try client.renewSession()
        for _ in 0..<3 {
            #expect(try Self.event(client, Self.loss)?.code == .connectionLost)
            #expect(try Self.event(client, Self.isConnected) == true)
        }
    }

    @Test("that ends right after its CONNACK again and again is made with growing pauses")
    func endsAtOnce() throws {
        let broker = try AnsweringService("\u{20}\u{02}\u{00}\u{00}", ending: .atOnce)
        var options = Self.options(broker.port)
        options.backoff = Backoff(initial: 0.1, maximum: 30)
        let client = try MQTTClient(options)
        try client.connect()
        var pauses: [Double] = []
        while pauses.count < 5 {
            if case .lost(_, let pause) = try client.next(until: .after(10)) { pauses.append(pause) }
        }
        for (index, pause) in pauses.enumerated() {
            let whole = 0.1 * Double(1 << index)
            #expect((whole / 2...whole).contains(pause), "\(pauses)")
        }
    }

    @Test("is given up after as many attempts as were allowed", arguments: [0, 1, 3])
    func givesUp(limit: Int) throws {
        let broker = try RunningBroker()
        var options = Self.options(broker.port)
        options.maximumReconnects = limit
        let client = try MQTTClient(options)
        try client.connect()
        broker.stop(SIGKILL)
        var losses = 0
        let error = #expect(throws: MQTTError.self) {
            while true { if Self.loss(try client.next(until: .after(10))) != nil { losses += 1 } }
        }
        #expect(error?.code == (limit == 0 ? .connectionLost : .refused))
        #expect(losses == limit)
    }

    @Test("is not made again where that cannot help")
    func permanent() throws {
        let made = try TestCertificates()
        try made.make("device")
        try made.revoke([])
        let broker = try RunningBroker(certificates: made, settings: ["crlfile \(made.path("crl.pem"))"])
        var options = Self.options(broker.port)
        options.tls = TLSConfiguration(
            authorityFile: made.path("ca.crt"), certificateFile: made.path("device.crt"),
            keyFile: made.path("device.key"))
        let client = try MQTTClient(options)
        try client.connect()
        broker.stop()
        try made.revoke(["device"])
        try broker.start()
        let error = #expect(throws: MQTTError.self) { while true { _ = try client.next(until: .after(10)) } }
        #expect(error?.code == .clientRevoked)
    }

    @Test("between a message and its acknowledgement is the broker's refusal")
    func closesOnPublish() throws {
        // mosquitto hangs up on a topic that MQTT does not allow; libmosquitto would not send one, so the relay hangs up.
        let broker = try RunningBroker()
        let relay = try Relay(to: broker.port)
        var options = Self.options(relay.port)
        options.reconnects = false
        let client = try MQTTClient(options)
        try client.connect()
        // What is published waits in the relay, as long as that takes.
        relay.isFrozen = true
        Thread.detachNewThread {
            usleep(200_000)
            relay.cut()
            relay.isFrozen = false
        }
        let error = #expect(throws: MQTTError.self) {
            try client.deliver([1], to: "/admin/other/attrs", qualityOfService: .atLeastOnce, within: 30)
        }
        #expect(error?.code == .publishRefused)
        #expect(error?.message.contains("/admin/other/attrs") == true)
    }

    @Test("is told from an acknowledgement that does not come in time")
    func stalls() throws {
        let broker = try RunningBroker()
        let client = try MQTTClient(Self.options(broker.port))
        try client.connect()
        broker.signal(SIGSTOP)
        defer { broker.signal(SIGCONT) }
        let error = #expect(throws: MQTTError.self) {
            try client.deliver([1], to: "a", qualityOfService: .atLeastOnce, within: 0.4)
        }
        #expect(error?.code == .timeout)
    }

    @Test("leaves no descriptor and no memory behind, made or not made")
    func freesAll() async throws {
        let made = try TestCertificates()
        let broker = try RunningBroker(certificates: made, asksForCertificate: false)
        let port = broker.port
        try made.makeAuthority("other")
        let (authority, other) = (made.path("ca.crt"), made.path("other.crt"))
        // In a process of its own: other tests run beside this one.
        await #expect(processExitsWith: .success) {
            [port = port as UInt16, authority = authority as String, other = other as String] in
            func once(_ change: (inout MQTTClient.Options) -> Void = { _ in }) throws {
                var options = ConnectionLifeTests.options(port)
                options.tls = TLSConfiguration(authorityFile: authority)
                change(&options)
                let client = try MQTTClient(options)
                guard (try? client.connect()) != nil else { return }
                try client.subscribe(Subscription(["a"], properties: []))
                try client.deliver([1, 2, 3], to: "a", qualityOfService: .exactlyOnce, within: 30)
                client.disconnect()
            }
            func change() throws {
                var options = ConnectionLifeTests.options(port)
                options.tls = TLSConfiguration(authorityFile: authority)
                let client = try MQTTClient(options)
                try client.connect()
                // The last is of no use where the broker's certificate is signed by another: the one before comes back.
                for trust in [authority, authority, other] {
                    try client.replaceCredentials(TLSConfiguration(authorityFile: trust))
                    var isDone = false
                    while !isDone {
                        switch try client.next(until: .after(10)) {
                        case .connected: isDone = true
                        case .deadline: throw SupportError("no connection with \(trust)")
                        default: break
                        }
                    }
                }
                client.disconnect()
            }
            func round() throws {
                try once()
                try change()
                try once { $0.version = .v5 }
                try once { $0.port = 1 }
                try once { $0.tls = nil }
                try once { $0.host = "no-such-host.invalid" }
                try once { $0.tls?.authorityFile = nil }
            }
            func descriptors() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            }
            func pages() throws -> Int {
                let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return Int(numbers[1]) ?? 0
            }
            for _ in 0..<10 { try round() }
            let (open, used) = (try descriptors(), try pages())
            for _ in 0..<20 { try round() }
            // A thread that looks a name up in vain may have its socket open a moment longer.
            for _ in 0..<500 where try descriptors() > open { usleep(20_000) }
            let left = try descriptors()
            #expect(left <= open, "\(left) descriptors, \(open) before")
            // A TLS context alone has more than 20 pages, and 80 were made.
            if Sanitizer.isAbsent { #expect(try pages() < used + 400) }
        }
    }

    @Test("does not keep a message of MQTT 5 that the broker refuses from being an error")
    func refusedByReason() throws {
        let rules = try TemporaryFolder()
        let file = try rules.write("topic readwrite allowed\n", to: "acl")
        let broker = try RunningBroker(settings: ["acl_file \(file)"])
        var options = Self.options(broker.port)
        options.version = .v5
        let client = try MQTTClient(options)
        try client.connect()
        try client.deliver([1], to: "allowed", qualityOfService: .atLeastOnce, within: 30)
        let error = #expect(throws: MQTTError.self) {
            try client.deliver([1], to: "forbidden", qualityOfService: .atLeastOnce, within: 30)
        }
        #expect(error?.code == .publish(135))
        #expect(error?.message.contains("not authorized") == true)
    }
}
