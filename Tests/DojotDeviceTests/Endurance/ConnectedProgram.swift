import Foundation
import TestSupport

/// A command that stays connected, for a device of its own, through a relay of its own to a broker of its own.
final class ConnectedProgram {
    let name: String
    let identity: RenewableIdentity
    let relay: Relay
    let child: Child
    private let end: (Child) -> Void

    /// Starts it and waits until it says, in these words, that it is connected: the broker may think so earlier.
    private init(
        _ arguments: [String], says mark: String, end: @escaping (Child) -> Void = { $0.signal(SIGTERM) }
    ) throws {
        name = arguments.prefix(2).filter { $0 != "f60c28" }.joined(separator: " ")
        identity = try RenewableIdentity(isRelayed: true)
        guard let relay = identity.relay else { throw SupportError("no relay") }
        self.relay = relay
        self.end = end
        child = try Child.start(Programs.path("dojot-device"), arguments, in: identity.folder.path)
        guard child.waitFor(error: mark, timeout: 30) else { throw SupportError("\(name): \(child.errorSoFar)") }
    }

    static func subscribe(keepAlive: Int = 60) throws -> ConnectedProgram {
        try ConnectedProgram(["subscribe", "config", "f60c28", "-d", "-k", "\(keepAlive)"], says: "received SUBACK")
    }

    /// All that stay connected: a subscriber, a publisher of lines that gets one at its end only, and a simulated device.
    static func all(keepAlive: Int = 60) throws -> [ConnectedProgram] {
        try [
            subscribe(keepAlive: keepAlive),
            ConnectedProgram(
                ["publish", "attrs", "f60c28", "-l", "-d", "-k", "\(keepAlive)"], says: "received CONNACK"
            ) {
                $0.write("{\"n\":1}\n")
                $0.closeInput()
            },
            ConnectedProgram(
                ["simulate", "f60c28", "--every", "2s", "n=counter", "-k", "\(keepAlive)"], says: "is connected to"),
        ]
    }

    /// Waits until it has said so many times that it is connected again.
    func waitUntilBack(times: Int, timeout: Double = 30) -> Bool {
        child.waitFor(error: " again\n", times: times, timeout: timeout)
    }

    /// Renews its identity, and waits until it prints what it is told on the connection made with that.
    func takesUpRenewal(number: Int) throws -> Bool {
        try identity.renew()
        guard identity.waitUntilConnected() else { return false }
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            [
                "publish", "attrs", "--unix", identity.socket, "-t", "/admin/f60c28/config", "-q", "1",
                "-m", "{\"n\":\(number)}",
            ])
        return outcome.status == 0 && child.waitFor(output: "{\"n\":\(number)}\n")
    }

    /// Has it do its last work and end.
    func finish() -> Outcome {
        end(child)
        return child.wait(timeout: 30)
    }
}
