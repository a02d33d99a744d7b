import Foundation
import TestSupport
import Testing

/// What `publish` and `subscribe` do when the way to the broker misbehaves: exit code, message, and an end in time.
@Suite("publish and subscribe when the broker's connection misbehaves")
struct BrokerFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let rule: String
        let status: Int32
        let message: String

        init(_ rule: String, _ status: Int32, _ message: String) {
            (self.rule, self.status, self.message) = (rule, status, message)
        }

        var testDescription: String { rule }
    }

    static let fatal = [
        Fault("broker cut", 75, "closed the connection at the start of the TLS handshake"),
        Fault("broker reset", 75, "closed the connection at the start of the TLS handshake"),
        Fault("broker cut=100", 75, "closed the connection at the start of the TLS handshake"),
        Fault("broker handshake-cut", 75, "closed the connection in the middle of the TLS handshake"),
        // OpenSSL 3.5's ClientHello alone, with a key share of ML-KEM, has more than 1,500 bytes.
        Fault("broker cut=2400", 75, "closed the connection in the middle of the TLS handshake"),
        Fault("broker reset=2400", 75, "closed the connection in the middle of the TLS handshake"),
        Fault("broker stall", 75, "no end of the TLS handshake from "),
        Fault("broker silence=to-device", 75, "no end of the TLS handshake from "),
        Fault("broker silence=to-broker", 75, "no end of the TLS handshake from "),
        Fault("broker drip=20", 75, "no end of the TLS handshake from "),
        Fault("broker delay=60", 75, "no end of the TLS handshake from "),
    ]

    static let timeout = 1

    @Test("a fault ends both in time with its exit code, its reason and its way out")
    func fails() throws {
        let bench = try Retrieval(on: "0.4", ["--broker-relay"])
        for fault in Self.fatal {
            try bench.inject(fault.rule)
            for command in [["publish", "attrs", "f60c28", "a=1"], ["subscribe", "config", "f60c28", "-W", "1"]] {
                let start = Date()
                let outcome = try bench.program(command + ["--timeout", "\(Self.timeout)"])
                let seconds = Date().timeIntervalSince(start)
                let shown = "\(fault.rule): \(command[0]): \(outcome.stderr)"
                #expect(outcome.status == fault.status, "\(shown)")
                #expect(
                    outcome.stderr.hasPrefix("dojot-device: error: localhost:\(bench.sandbox.port) ")
                        || outcome.stderr.hasPrefix("dojot-device: error: no end of the TLS handshake from "),
                    "\(shown)")
                #expect(outcome.stderr.contains(fault.message), "\(shown)")
                #expect(
                    outcome.stderr.contains("\nhint: ") && outcome.stderr.contains("dojot-device diagnose"), "\(shown)")
                #expect(seconds < Double(Self.timeout) + RetrievalFaultTests.margin, "\(seconds) s: \(shown)")
            }
            try bench.mend()
        }
        #expect(try bench.program(["publish", "attrs", "f60c28", "a=1"]).status == 0)
    }

    @Test(
        "what is slow, or wrong for others, does not matter",
        arguments: [
            "broker drip=20000", "broker delay=0.02", "broker stall after=1", "broker cut=1000000",
            "broker reset count=0",
            "broker silence=to-device probability=0", "broker stall for=0.5",
        ])
    func passes(rule: String) throws {
        let bench = try Retrieval(on: "0.4", ["--broker-relay"])
        try bench.inject(rule)
        let outcome = try bench.program(["publish", "attrs", "f60c28", "a=1"])
        #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome.stderr)")
    }

    @Test(
        "an acknowledgement that never comes is waited for no longer than was said",
        arguments: [
            "broker silence=to-device", "broker silence=to-broker", "broker stall",
        ])
    func unacknowledged(rule: String) throws {
        let bench = try Retrieval(on: "0.4", ["--broker-relay"])
        let child = try bench.start(["publish", "attrs", "f60c28", "-l", "-d", "--timeout", "2"])
        child.write("{\"a\":1}\n")
        #expect(child.waitFor(error: "received PUBACK"), "\(child.errorSoFar)")
        try bench.inject(rule)
        child.write("{\"a\":2}\n")
        let start = Date()
        let outcome = child.wait(timeout: 30)
        #expect(outcome.status == 75 && !outcome.timedOut, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("error: no acknowledgement from localhost:"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("\nhint: "), "\(outcome.stderr)")
        #expect(Date().timeIntervalSince(start) < 2 + RetrievalFaultTests.margin)
    }

    @Test("subscribe comes back where its connection is ended under way", arguments: ["broker cut", "broker reset"])
    func comesBack(rule: String) throws {
        let bench = try Retrieval(on: "0.4", ["--broker-relay"])
        let child = try bench.start(["subscribe", "config", "f60c28", "-d", "-C", "1", "-W", "60"])
        #expect(child.waitFor(error: "received SUBACK"), "\(child.errorSoFar)")
        try bench.inject(rule + " for=0")
        #expect(child.waitFor(error: "was lost; trying to come back"), "\(child.errorSoFar)")
        #expect(child.waitFor(error: " again\n"), "\(child.errorSoFar)")
        let order = #"{"attrs": {"reset": true}}"#
        let token = try bench.sandbox.logIn()
        #expect(try bench.sandbox.request("PUT", "/device/f60c28/actuate", json: order, token: token).status == 200)
        let outcome = child.wait(timeout: 30)
        #expect(outcome.status == 0 && outcome.stdout == "{\"reset\":true}\n", "\(outcome.stderr)")
    }
}
