import Foundation
import TestSupport
import Testing

/// `publish attrs` with mosquitto_sub as its peer.
@Suite("publish attrs")
struct PublishTests {
    private let peers: Peers
    private let topic = "/admin/f60c28/attrs"

    init() throws { peers = Peers(try RunningBroker()) }

    struct Row: CustomTestStringConvertible {
        let arguments: [String]
        var input = ""
        let heard: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let rows = [
        Row(
            arguments: ["temperature=21.5", "on=true", "version=1.10"],
            heard: #"0 {"temperature":21.5,"on":true,"version":"1.10"}"#),
        Row(arguments: ["position:=[1,2]", "-q", "1"], heard: #"1 {"position":[1,2]}"#),
        Row(arguments: ["-m", #"{"a": 1}"#, "-q", "2"], heard: #"2 {"a": 1}"#),
        Row(arguments: ["-s", "-q", "1"], input: "{\"a\":\n1}", heard: "1 {\"a\":\n1}"),
        Row(arguments: ["-m", "no JSON", "--raw"], heard: "0 no JSON"),
        Row(arguments: ["-n"], heard: "0 "),
        Row(arguments: ["-l", "-q", "1"], input: #"{"a":1}"#, heard: #"1 {"a":1}"#),
        Row(arguments: ["-l", "-q", "2"], input: #"{"a":1}"#, heard: #"2 {"a":1}"#),
        Row(arguments: ["-l", "--raw"], input: "\n", heard: "0 "),
        Row(arguments: ["a=1", "-V", "mqttv5", "-D", "publish", "content-type", "json"], heard: #"0 {"a":1}"#),
        Row(
            arguments: ["a=1", "-V", "mqttv31", "-k", "5", "--nodelay", "-A", "127.0.0.1", "-u", "me"],
            heard: #"0 {"a":1}"#),
        Row(
            arguments: [
                "a=1", "-I", "prefix-", "--will-topic", "w", "--will-payload", "x", "--will-qos", "1", "--will-retain",
            ], heard: #"0 {"a":1}"#),
    ]

    @Test("is heard by mosquitto_sub as it was said", arguments: rows)
    func heard(row: Row) throws {
        // A topic of its own for each row, since they run side by side.
        let topic = "/admin/\(UInt32.random(in: .min ... .max))/attrs"
        let heard = try peers.heard(["-t", topic, "-q", "2", "-F", "%q %p"]) {
            let outcome = try peers.publish(["-t", topic] + row.arguments, input: row.input)
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stdout == "")
        }
        #expect(heard == row.heard + "\n")
    }

    @Test(
        "prints with --dry-run a mosquitto_pub line that says the same",
        arguments: rows.filter { !$0.arguments.contains("-l") })
    func dryRun(row: Row) throws {
        let topic = "/admin/\(UInt32.random(in: .min ... .max))/attrs"
        let line = try peers.publish(["-t", topic, "--dry-run"] + row.arguments, input: row.input)
        #expect(line.status == 0)
        #expect(line.stdout.hasPrefix("mosquitto_pub -h localhost -p \(peers.broker.port) "))
        let heard = try peers.heard(["-t", topic, "-q", "2", "-F", "%q %p"]) {
            let outcome = try Child.run("/bin/sh", ["-c", line.stdout], input: row.input, timeout: 10)
            #expect(outcome.status == 0, "\(line.stdout) \(outcome.stderr)")
        }
        #expect(heard == row.heard + "\n")
    }

    @Test("repeats a message as often as it was told to")
    func repeats() throws {
        let topic = "/admin/repeated/attrs"
        let start = Date()
        let heard = try peers.heard(["-t", topic], count: 3) {
            let outcome = try peers.publish(["-t", topic, "n=1", "--repeat", "3", "--repeat-delay", "0.2"])
            #expect(outcome.status == 0)
        }
        #expect(heard == String(repeating: "{\"n\":1}\n", count: 3))
        #expect(Date().timeIntervalSince(start) > 0.4)
    }

    @Test("keeps a message with --retain, and takes it away with --null-message")
    func retains() throws {
        #expect(try peers.publish(["-t", "/admin/kept/attrs", "n=1", "-r"]).status == 0)
        #expect(
            try peers.mosquittoSub(["-t", "/admin/kept/attrs", "-C", "1", "-W", "3", "-F", "%r %p"]).stdout
                == "1 {\"n\":1}\n")
        #expect(try peers.publish(["-t", "/admin/kept/attrs", "-n", "-r", "-q", "1"]).status == 0)
        #expect(try peers.mosquittoSub(["-t", "/admin/kept/attrs", "-C", "1", "-W", "1"]).status == 27)
    }

    @Test("skips lines that are no JSON object, says which, and ends with 65")
    func skipsLines() throws {
        let heard = try peers.heard(["-t", "/admin/skipping/attrs"], count: 2) {
            let outcome = try peers.publish(
                ["-t", "/admin/skipping/attrs", "-l", "-q", "1"], input: "{\"n\":1}\n{\"n\":}\n\n{\"n\":2}")
            #expect(outcome.status == 65)
            #expect(outcome.stderr.contains("line 2 skipped") && outcome.stderr.contains("at column 6"))
            #expect(outcome.stderr.contains("line 3 skipped"))
            #expect(outcome.stderr.contains("2 lines were skipped"))
        }
        #expect(heard == "{\"n\":1}\n{\"n\":2}\n")
    }

    @Test(
        "refuses what is no JSON object, with the place",
        arguments: [
            (["-m", "hello"], "the message is no JSON object: line 1, column 1"),
            (["-m", "[1]"], "the message is no JSON object: line 1, column 1"),
            (["-m", #"{"a":}"#], "the message is no JSON object: line 1, column 6"),
            (["-s"], "standard input is no JSON object"),
        ])
    func refusesOtherText(arguments: [String], message: String) throws {
        let outcome = try peers.publish(["-t", topic] + arguments, input: "x")
        #expect(outcome.status == 65)
        #expect(outcome.stderr.contains(message), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("--raw"))
    }

    @Test("ends by the code of what went wrong")
    func exitCodes() throws {
        func code(_ arguments: [String]) throws -> Int32 { try peers.publish(["-t", topic, "a=1"] + arguments).status }
        #expect(try peers.publish(["-t", topic, "-f", "/nowhere/file"]).status == 66)
        #expect(try code(["--cafile", "/nowhere/ca.crt"]) == 66)
        #expect(try code(["-p", "1"]) == 69)
        #expect(try code(["-h", "no-such-host.invalid"]) == 69)
        #expect(try code(["-q", "5"]) == 64)
        #expect(try code(["--cert", "x"]) == 64)
        #expect(try code(["-V", "311", "-D", "publish", "content-type", "x"]) == 64)
        #expect(try code(["-c"]) == 64)
        #expect(try peers.publish(["a=1"]).status == 64)
        #expect(try peers.publish(["-t", "a/#", "a=1"]).status == 64)
        #expect(try peers.publish(["-t", topic]).status == 64)
        #expect(try peers.publish(["-t", topic, "a=1", "-m", "{}"]).status == 64)
        let refusing = try RunningBroker(settings: ["allow_anonymous false"])
        #expect(try Peers(refusing).publish(["-t", topic, "a=1"]).status == 77)
        refusing.signal(SIGSTOP)
        #expect(try Peers(refusing).publish(["-t", topic, "a=1", "--timeout", "0.3"]).status == 75)
        refusing.signal(SIGCONT)
    }

    @Test("says nothing on an error with --quiet, and warns of a password that others can see")
    func quiet() throws {
        let silent = try peers.publish(["-t", topic, "a=1", "-p", "1", "--quiet", "-P", "secret", "-u", "me"])
        #expect(silent.status == 69)
        #expect(silent.stderr == "")
        let warned = try peers.publish(["-t", topic, "a=1", "-P", "secret", "-u", "me"])
        #expect(warned.status == 0)
        #expect(warned.stderr.contains("password") && !warned.stderr.contains("secret"))
    }

    @Test("warns of a topic that is no device's")
    func warnsOfTopic() throws {
        let outcome = try peers.publish(["-t", "somewhere/else", "a=1"])
        #expect(outcome.status == 0)
        #expect(outcome.stderr.contains("somewhere/else is not a device's"))
        #expect(try peers.publish(["-t", topic, "a=1"]).stderr == "")
    }

    @Test("takes it all from a URL")
    func url() throws {
        let heard = try peers.heard(["-t", "/admin/by/attrs"]) {
            let outcome = try Child.run(
                Programs.path("dojot-device"),
                ["publish", "attrs", "-L", "mqtt://me:p%40ss@localhost:\(peers.broker.port)//admin/by/attrs", "a=1"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
        }
        #expect(heard == "{\"a\":1}\n")
    }

    @Test("ends by the signal's code while lines are to come")
    func signals() throws {
        for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
            let child = try Child.start(
                Programs.path("dojot-device"),
                ["publish", "attrs", "-d", "-t", topic, "-l", "-q", "1"] + peers.connection)
            child.write("{\"a\":1}\n")
            #expect(child.waitFor(error: "received PUBACK") || child.waitFor(error: "CONNACK"))
            child.signal(signal)
            let outcome = child.wait(timeout: 10)
            #expect(outcome.status == code)
            #expect(outcome.stderr.contains("lines were acknowledged"))
        }
    }
}
