import Foundation
import TestSupport

/// mosquitto's own clients and ours, as peers on a broker that was configured by hand.
struct Peers {
    let broker: RunningBroker
    /// Arguments with which both kinds of client reach it.
    let connection: [String]

    init(_ broker: RunningBroker, _ more: [String] = []) {
        self.broker = broker
        connection = ["-h", "localhost", "-p", "\(broker.port)"] + more
    }

    func publish(_ arguments: [String], input: String = "", timeout: Double = 20) throws -> Outcome {
        try Child.run(
            Programs.path("dojot-device"), ["publish", "attrs"] + connection + arguments, input: input, timeout: timeout
        )
    }

    func subscribe(_ arguments: [String], timeout: Double = 20) throws -> Outcome {
        try Child.run(
            Programs.path("dojot-device"), ["subscribe", "config"] + connection + arguments, timeout: timeout)
    }

    func startSubscribing(_ arguments: [String]) throws -> Child {
        try Child.start(Programs.path("dojot-device"), ["subscribe", "config", "-d"] + connection + arguments)
    }

    func mosquittoPub(_ arguments: [String]) throws {
        let outcome = try Child.run(Self.path("mosquitto_pub"), connection + arguments, timeout: 10)
        guard outcome.status == 0 else { throw SupportError("mosquitto_pub: \(outcome.stderr)") }
    }

    func mosquittoSub(_ arguments: [String]) throws -> Outcome {
        try Child.run(Self.path("mosquitto_sub"), connection + arguments, timeout: 10)
    }

    /// What a mosquitto_sub that subscribed before gets of what `body` does.
    func heard(_ arguments: [String], count: Int = 1, during body: () throws -> Void) throws -> String {
        // It does not flush what -d prints.
        let child = try Child.start(
            Self.path("stdbuf"),
            ["-oL", Self.path("mosquitto_sub")] + connection + ["-d", "-C", "\(count)", "-W", "10"] + arguments)
        guard child.waitFor(output: "Subscribed (mid", timeout: 10) else {
            throw SupportError("mosquitto_sub: \(child.errorSoFar)")
        }
        try body()
        let lines = child.wait(timeout: 15).stdout.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix("Client ") && !$0.hasPrefix("Subscribed (") }.joined(separator: "\n")
    }

    private static func path(_ name: String) -> String { Programs.installed(name) ?? name }
}
