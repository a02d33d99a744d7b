import BrokerAccess
import Glibc

/// The platform's brokers: one, or as many as it takes to hold a fleet. Each lets in the same devices, what devices say comes from all, and
/// what they are told goes to all.
final class Brokers: Sendable {
    /// At least one.
    let all: [Broker]
    private let admissions: Admissions

    init(_ all: [Broker], _ admissions: Admissions) {
        self.all = all
        self.admissions = admissions
    }

    /// Why they cannot go on, if one cannot.
    var failure: SandboxError? { all.lazy.compactMap(\.failure).first }

    /// What stands before them on their ports; none where they have them themselves.
    var relays: [BrokerRelay] { all.compactMap(\.relay) }

    /// Lets devices in by these names and by no others: the sessions of the others end.
    func settle(_ admissions: [Admission]) throws(SandboxError) { try carryOut(self.admissions.settle(admissions)) }

    /// Ends the sessions of whoever bears these names; they may come again.
    func dropSessions(of names: Set<String>) throws(SandboxError) { try carryOut(names.map { .drop(name: $0) }) }

    /// Has them read the revocation list again.
    func reload() throws(SandboxError) {
        // All at once, then waited for.
        for (broker, reload) in all.map({ ($0, $0.beginReload()) }) {
            if let reload { try broker.finish(reload) }
        }
    }

    /// Sends a device what it is to do, wherever it is.
    func actuate(_ topics: [String], _ payload: [UInt8]) throws(SandboxError) {
        for broker in all {
            for topic in topics { try broker.publish(payload, to: topic) }
        }
    }

    /// Ends them.
    func stop() {
        let threads = all.map { broker in WorkerThread { broker.stop() } }
        for thread in threads { thread.join() }
    }

    private func carryOut(_ lines: [AccessLine]) throws(SandboxError) {
        guard !lines.isEmpty else { return }
        var begun: [(Broker, String)] = []
        for broker in all { begun.append((broker, try broker.begin(lines))) }
        for (broker, mark) in begun { try broker.finish(mark) }
    }
}
