import Foundation
import TestSupport
import Testing

/// `subscribe config` beside mosquitto_sub.
@Suite("subscribe config")
struct SubscribeTests {
    private let peers: Peers
    init() throws { peers = Peers(try RunningBroker(settings: ["max_queued_messages 0"])) }

    private func uniqueTopic() -> String { "/admin/\(UInt32.random(in: .min ... .max))/config" }

    @Test("two that end each other's connection are told so, once")
    func rivals() throws {
        let children = try (0..<2).map { _ in
            // One whose first connection is lost at once does not come back.
            let child = try peers.startSubscribing(["-i", "admin:f60c28", "-t", "t"])
            #expect(child.waitFor(error: "received SUBACK"))
            return child
        }
        let hint = "hint: does another client have the client identifier admin:f60c28?"
        #expect(children.contains { $0.waitFor(error: hint, timeout: 30) }, "\(children.map(\.errorSoFar))")
        for child in children { child.signal(SIGTERM) }
        for child in children {
            #expect(child.wait(timeout: 10).stderr.components(separatedBy: hint).count <= 2)
        }
    }

    @Test(
        "prints a format as mosquitto_sub does",
        arguments: [
            "%t %p", "%%@@\\\\\\t|", "%q%r%l%m", "[%20t][%-20t][%.5t][%-20.5t]", "[%30p][%-30p][%5p][%030p]",
            "[%x][%X][%10x][%-50X]", "[%4l][%04l][%-4l]", "%J", "%j", "@Y-@m-@dT@H", "\\n\\r\\a\\e\\v\\0",
        ])
    func formats(format: String) throws {
        let topic = uniqueTopic()
        try peers.mosquittoPub(["-t", topic, "-r", "-q", "1", "-m", #"{"a": [1, 2.5, "x"], "b": {}}"#])
        for more in [[], ["-N"], ["--pretty"]] {
            let arguments = ["-t", topic, "-C", "1", "-W", "5", "-q", "1", "-F", format] + more
            let theirs = try peers.mosquittoSub(arguments)
            let ours = try peers.subscribe(arguments)
            #expect(ours.status == 0)
            #expect(Self.withoutTime(ours.stdout) == Self.withoutTime(theirs.stdout), "\(more)")
        }
    }

    @Test(
        "prints the properties of MQTT 5 as mosquitto_sub does",
        arguments: ["%A|%C|%E|%F|%R|%D|%P", "%10C|%-10C|%5E|%05E", "%j"])
    func properties(format: String) throws {
        let topic = uniqueTopic()
        try peers.mosquittoPub(
            ["-V", "5", "-t", topic, "-r", "-q", "1", "-m", "x", "-D", "publish", "content-type", "text"]
                + ["-D", "publish", "response-topic", "answer", "-D", "publish", "payload-format-indicator", "1"]
                + ["-D", "publish", "correlation-data", "abc", "-D", "publish", "user-property", "k", "v"])
        let arguments = ["-V", "5", "-t", topic, "-C", "1", "-W", "5", "-F", format]
        let theirs = Self.withoutTime(try peers.mosquittoSub(arguments).stdout)
        #expect(Self.withoutTime(try peers.subscribe(arguments).stdout) == theirs)
    }

    /// The seconds may differ between two runs, and mosquitto_sub 2.0.21 writes no `Z` before the offset.
    private static func withoutTime(_ text: String) -> String {
        text.replacingOccurrences(
            of: #""tst":\s*"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z?[+-]\d{4}""#, with: "TIME",
            options: .regularExpression)
    }

    @Test(
        "prints payloads as mosquitto_sub does",
        arguments: [[], ["-v"], ["-N"], ["-v", "-N"], ["-R"], ["--retained-only"]])
    func plainOutput(flags: [String]) throws {
        let topic = uniqueTopic()
        try peers.mosquittoPub(["-t", "\(topic)/1", "-r", "-q", "1", "-m", "kept"])
        try peers.mosquittoPub(["-t", "\(topic)/2", "-r", "-q", "1", "-m", "also"])
        let arguments = ["-t", "\(topic)/#", "-W", "1"] + flags
        let theirs = try peers.mosquittoSub(arguments)
        let ours = try peers.subscribe(arguments)
        #expect(ours.stdout == theirs.stdout)
        #expect(ours.status == theirs.status)
        #expect(ours.status == 27)
    }

    @Test("prints each message as one JSON object a line with --json")
    func json() throws {
        struct Line: Decodable {
            let topic: String
            let qos: Int
            let retained: Bool
            let time: String
        }
        let topic = uniqueTopic()
        for (payload, end) in [
            (#"{"a": [1,  2]}"#, #","payload":{"a":[1,2]}}"#), ("21.5", #","payload":21.5}"#),
            ("say \"hi\"", #","payload":"say \"hi\""}"#),
        ] {
            try peers.mosquittoPub(["-t", topic, "-r", "-q", "1", "-m", payload])
            let outcome = try peers.subscribe(["-t", topic, "-C", "1", "-W", "5", "--json"])
            #expect(outcome.stdout.hasSuffix(end + "\n"), "\(outcome.stdout)")
            let line = try JSONDecoder().decode(Line.self, from: Data(outcome.stdout.utf8))
            #expect(line.topic == topic && line.qos == 0 && line.retained && line.time.hasSuffix("Z"))
        }
    }

    @Test("ends as it was told to")
    func ends() throws {
        let topic = uniqueTopic()
        #expect(try peers.subscribe(["-t", topic, "-E"]).status == 0)
        #expect(try peers.subscribe(["-t", topic, "-W", "0.3"]).status == 27)
        for signal in [SIGINT, SIGTERM] {
            let child = try peers.startSubscribing(["-t", topic])
            #expect(child.waitFor(error: "received SUBACK"))
            try peers.mosquittoPub(["-t", topic, "-m", "last"])
            #expect(child.waitFor(output: "last\n"))
            child.signal(signal)
            #expect(child.wait(timeout: 10).status == 0)
        }
    }

    @Test("leaves topics out, unsubscribes, and makes the broker forget")
    func selection() throws {
        let topic = uniqueTopic()
        for name in ["a", "b", "c"] { try peers.mosquittoPub(["-t", "\(topic)/\(name)", "-r", "-q", "1", "-m", name]) }
        let all = ["-t", "\(topic)/#", "-W", "0.5"]
        #expect(try peers.subscribe(all + ["-T", "\(topic)/b"]).stdout == "a\nc\n")
        #expect(
            try peers.subscribe(["-t", "\(topic)/#", "--remove-retained", "-T", "\(topic)/b", "-C", "2"]).status == 0)
        #expect(try peers.subscribe(all).stdout == "b\n")
        let child = try peers.startSubscribing(["-t", topic, "-U", topic])
        #expect(child.waitFor(error: "received UNSUBACK"))
        try peers.mosquittoPub(["-t", topic, "-m", "unheard"])
        usleep(200_000)
        child.signal(SIGTERM)
        #expect(child.wait(timeout: 10).stdout == "")
    }

    @Test("comes back and subscribes again after the broker was away")
    func comesBack() throws {
        let broker = try RunningBroker()
        let peers = Peers(broker)
        let child = try peers.startSubscribing(["-t", "/admin/f60c28/config", "-C", "2"])
        #expect(child.waitFor(error: "received SUBACK"))
        try peers.mosquittoPub(["-t", "/admin/f60c28/config", "-m", "one"])
        #expect(child.waitFor(output: "one\n"))
        broker.stop(SIGKILL)
        #expect(child.waitFor(error: "trying to come back"))
        try broker.start()
        #expect(child.waitFor(error: "again"))
        usleep(300_000)
        try peers.mosquittoPub(["-t", "/admin/f60c28/config", "-m", "two"])
        let outcome = child.wait(timeout: 10)
        #expect(outcome.status == 0)
        #expect(outcome.stdout == "one\ntwo\n")
        broker.stop()
        #expect(try peers.subscribe(["-t", "x", "-W", "2"]).status == 69)
    }

    @Test("keeps what came while it was away, with --disable-clean-session")
    func keepsSession() throws {
        let topic = uniqueTopic()
        let arguments = ["-t", topic, "-i", "keeper\(UInt32.random(in: .min ... .max))", "-c", "-q", "1"]
        #expect(try peers.subscribe(arguments + ["-E"]).status == 0)
        try peers.mosquittoPub(["-t", topic, "-q", "1", "-m", "while away"])
        #expect(try peers.subscribe(arguments + ["-C", "1", "-W", "5"]).stdout == "while away\n")
    }

    @Test("prints 20,000 messages, and ends quietly where nobody reads them")
    func many() throws {
        let topic = uniqueTopic()
        let child = try peers.startSubscribing(["-t", topic, "-C", "20000", "-q", "1"])
        #expect(child.waitFor(error: "received SUBACK"))
        let lines = (0..<20_000).map { "{\"n\":\($0)}" }.joined(separator: "\n")
        #expect(try peers.publish(["-t", topic, "-l", "-q", "1"], input: lines, timeout: 60).status == 0)
        let outcome = child.wait(timeout: 60)
        #expect(outcome.status == 0)
        let isWhole = outcome.stdout == lines + "\n"
        #expect(isWhole)
        try peers.mosquittoPub(["-t", topic, "-r", "-m", "kept"])
        let piped = try Child.run(
            "/bin/sh",
            [
                "-c",
                "'\(Programs.path("dojot-device"))' subscribe config -p \(peers.broker.port) -t '\(topic)' -C 1 | true; exit 0",
            ])
        #expect(!piped.stderr.contains("error"), "\(piped.stderr)")
    }

    @Test(
        "refuses a format, a filter or flags that cannot be",
        arguments: [
            ["-F", "%z"], ["-F", "%"], ["-F", "\\q"], ["-t", "a/#/b"], ["-C", "0"], ["-R", "--retained-only"],
            ["--json", "-v"],
        ])
    func usage(arguments: [String]) throws {
        #expect(try peers.subscribe(["-t", "a"] + arguments).status == 64)
    }
}
