import Foundation
import TestSupport
import Testing

/// Connections that a network has forgotten: nothing comes any more, not even an end.
@Suite("Half-open connections")
struct HalfOpenEnduranceTests {
    private static let keepAlive = TestScale.of(short: 8, long: 5)
    /// Twelve of five keep-alives each are an hour's at the usual 60 s.
    private static let rounds = TestScale.of(short: 1, long: 12)
    /// What the machine may be late by, in seconds.
    private static let lateness = TestScale.of(short: 3, long: 0.5)
    /// The longest pause before the first attempt to come back.
    private static let pause = 0.5
    private static let silences: [Set<Relay.Direction>] = [[.toServer, .toClient], [.toClient], [.toServer]]

    /// How long it took from the beginning of a silence, in seconds.
    private struct Delay {
        let toNotice: Double
        let toAttempt: Double
    }

    @Test("are noticed within one and a half keep-alives, and those that live are left alone")
    func noticed() throws {
        let keepAlive = Double(Self.keepAlive)
        let programs = try ConnectedProgram.all(keepAlive: Self.keepAlive)
        var delays: [Delay] = []
        for round in 0..<Self.rounds {
            // The silence begins at another moment between two signs of life each time.
            let offset = Double(round) / Double(Self.rounds)
            Thread.sleep(forTimeInterval: keepAlive * (TestScale.of(short: 1.5, long: 3) + offset))
            for program in programs {
                #expect(program.relay.connections == 1 + round, "\(program.name): \(program.child.errorSoFar)")
            }
            delays += try silence(programs, round)
        }
        for program in programs {
            let outcome = program.finish()
            #expect(outcome.status == 0, "\(program.name): \(outcome.stderr)")
            let losses = outcome.stderr.components(separatedBy: "trying to come back").count - 1
            #expect(losses == Self.rounds, "\(program.name): \(outcome.stderr)")
        }
        report(delays)
    }

    /// Silences the connections of all, each in another direction, and waits until all are connected again.
    private func silence(_ programs: [ConnectedProgram], _ round: Int) throws -> [Delay] {
        let limit = 1.5 * Double(Self.keepAlive)
        var starts: [TimeInterval] = []
        for (index, program) in programs.enumerated() {
            starts.append(ProcessInfo.processInfo.systemUptime)
            program.relay.silence(Self.silences[(index + round) % Self.silences.count])
        }
        var delays: [Delay] = []
        for (program, start) in zip(programs, starts) {
            try #require(program.relay.wait(forConnections: round + 2, timeout: 4 * limit), "\(program.name)")
            let delay = Delay(
                toNotice: program.relay.lastHangUp - start, toAttempt: program.relay.lastConnection - start)
            #expect(delay.toNotice <= limit + Self.lateness, "\(program.name), round \(round)")
            #expect(delay.toAttempt <= limit + Self.pause + Self.lateness, "\(program.name), round \(round)")
            try #require(program.waitUntilBack(times: round + 1), "\(program.name): \(program.child.errorSoFar)")
            delays.append(delay)
        }
        return delays
    }

    private func report(_ delays: [Delay]) {
        func range(_ times: [Double]) -> String {
            "\(Self.text(times.min() ?? 0)) to \(Self.text(times.max() ?? 0)) s"
        }
        TestScale.report(
            "half-open, keep-alive \(Self.keepAlive) s, \(Self.rounds) rounds of 3 programs: noticed \(delays.count) of "
                + "\(Self.rounds * 3), after \(range(delays.map(\.toNotice))), next attempt after "
                + "\(range(delays.map(\.toAttempt))), no false alarm")
    }

    private static func text(_ seconds: Double) -> String { String(format: "%.2f", seconds) }
}
