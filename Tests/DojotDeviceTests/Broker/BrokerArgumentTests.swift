import CommandLineKit
import Foundation
import MQTT
import TestSupport
import Testing

@testable import DojotDevice

/// What the flags of a broker's address and of messages are read as.
@Suite("Arguments about a broker")
struct BrokerArgumentTests {
    @Test(
        "a URL says host, port, user, password and topic",
        arguments: [
            ("mqtt://localhost/a/b", "localhost", 1883, nil, nil, "a/b"),
            ("mqtts://broker.example//admin/f60c28/attrs", "broker.example", 8883, nil, nil, "/admin/f60c28/attrs"),
            ("MQTT://me@[::1]:1884/t", "::1", 1884, "me", nil, "t"),
            ("mqtt://me:p%40:ss@h:1/t", "h", 1, "me", "p@:ss", "t"),
        ] as [(String, String, UInt16, String?, String?, String)])
    func urls(text: String, host: String, port: UInt16, user: String?, password: String?, topic: String) throws {
        let url = try BrokerURL(argument: text)
        #expect(url.host == host && url.port == port && url.topic == topic)
        #expect(url.username == user && url.password == password)
        #expect(url.isSecure == text.hasPrefix("mqtts"))
    }

    @Test(
        "no URL is read from what is none",
        arguments: [
            "http://h/t", "mqtt://h", "mqtt://h/", "mqtt:///t", "mqtt://h:0/t", "mqtt://h:x/t", "mqtt://a%4@h/t",
        ])
    func noURLs(text: String) { #expect(throws: UsageError.self) { try BrokerURL(argument: text) } }

    @Test(
        "what is wrong with a URL is said without its password",
        arguments: [
            "http://me:s3cret@h/t", "mqtt://me:s3cret@h", "mqtt://me:s3cret@h/", "mqtt://me:s3cret@h:x/t",
            "mqtt://me:s3cret%4@h/t", "mqtt://me:s3cret/s3cret@h/t", "mqtt://me:@s3cret@h/", "socks5://me:s3cret@h",
            "socks5h://me:s3cret%4@h", "me:s3cret@h",
        ])
    func passwords(text: String) throws {
        let broker = #expect(throws: UsageError.self) { try BrokerURL(argument: text) }
        let proxy = #expect(throws: UsageError.self) { try ProxyURL(argument: text) }
        for error in [broker, proxy] {
            #expect(error?.message.contains("s3cret") == false && error?.message.isEmpty == false, "\(error as Any)")
            #expect(error?.hint?.contains("s3cret") != true)
        }
    }

    @Test("a proxy has port 1080 unless it says another")
    func proxies() throws {
        let plain = try ProxyURL(argument: "socks5h://proxy.example").proxy
        #expect(plain.host == "proxy.example" && plain.port == 1080 && plain.username == nil)
        let full = try ProxyURL(argument: "socks5h://me:secret@127.0.0.1:9050").proxy
        #expect(full.port == 9050 && full.username == "me" && full.password == "secret")
        #expect(throws: UsageError.self) { try ProxyURL(argument: "http://proxy.example") }
    }

    @Test(
        "a session's expiry is seconds, or for ever in three ways",
        arguments: [("0", 0), ("3600", 3600), ("-1", UInt32.max), ("4294967295", .max), ("∞", .max)]
            as [(String, UInt32)])
    func expiries(text: String, seconds: UInt32) throws {
        #expect(try SessionExpiry(argument: text).seconds == seconds)
        #expect(throws: UsageError.self) { try SessionExpiry(argument: text + "x") }
    }

    @Test(
        "the platform's rule is known for both kinds of broker",
        arguments: [
            ("/admin/f60c28/attrs", "admin:f60c28", true, nil),
            ("/admin/f60c28/attrs", "other", true, "the client identifier other does not go with"),
            ("/admin/f60c28/attrs", nil, true, "none is given"),
            ("/admin/f60c28/attrs", "other", false, nil),
            ("admin:f60c28/attrs", "free", true, nil),
            ("/admin/f60c28/config", "admin:f60c28", true, "is not a device's"),
            ("admin/f60c28/attrs", "admin:f60c28", false, "is not a device's"),
            ("temperature", nil, false, "is not a device's"), ("#", "free", true, nil), ("+/attrs", "free", true, nil),
            ("/admin/+/attrs", "free", true, nil), ("/admin/#", "free", true, nil),
            ("+/+/attrs", "free", true, "matches no device's topic"),
            ("/+/+/config", "free", true, "matches no device's topic"),
        ] as [(String, String?, Bool, String?)])
    func platformRule(topic: String, identifier: String?, isSecured: Bool, says: String?) {
        let warning = PlatformRule(kind: .attrs)
            .warning(topic: topic, clientIdentifier: identifier, isSecured: isSecured)
        if let says {
            #expect(warning?.message.contains(says) == true, "\(warning?.message ?? "none")")
        } else {
            #expect(warning == nil)
        }
    }

    @Test(
        "JSON is laid out anew without changing what it says",
        arguments: [
            (
                #" { "a" : [ 1 , 2.50 ] , "b" : { } , "c" : "x \" , : { y" } "#,
                #"{"a":[1,2.50],"b":{},"c":"x \" , : { y"}"#
            ),
            ("[ ]", "[]"), ("{}", "{}"), (" true ", "true"), ("[[], {\"a\": null}]", #"[[],{"a":null}]"#),
            (#""\\""#, #""\\""#),
        ])
    func reformatting(json: String, compact: String) {
        var output: [UInt8] = []
        JSONReformatter.append(Array(json.utf8), isPretty: false, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == compact)
    }

    @Test("lines come whole, whatever pieces they are read in", arguments: [1, 3, 1000, 200_000])
    func lines(size: Int) throws {
        let wanted = (0..<5).map { String(repeating: "\($0)", count: size) } + [""] + ["last"]
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        Thread.detachNewThread {
            let bytes = Array(wanted.joined(separator: "\n").utf8)
            var sent = 0
            while sent < bytes.count {
                sent += bytes[sent..<min(bytes.count, sent + 777)].withUnsafeBytes {
                    write(output, $0.baseAddress, $0.count)
                }
            }
            close(output)
        }
        var reader = LineReader(input)
        var found: [String] = []
        while !reader.isFinished {
            try reader.fill()
            while let line = reader.next() { found.append(String(decoding: line, as: UTF8.self)) }
        }
        close(input)
        #expect(found == wanted)
        #expect(reader.lineNumber == wanted.count)
    }
}
