import Foundation
import TestSupport
import Testing

/// Commands that lose their connection again and again, or their identity, and must not grow by that.
@Suite("Connections made again and again")
struct ReconnectEnduranceTests {
    /// The most by which memory may grow; few reconnections tell little.
    private static let mostGrowth = TestScale.of(short: 0.1, long: 0.05)

    @Test("leave memory and descriptors as they are")
    func reconnected() throws {
        let (warmUp, cuts) = TestScale.of(short: (10, 40), long: (50, 500))
        let programs = try ConnectedProgram.all()
        var before: [Footprint] = []
        for number in 1...cuts {
            // A connection that is lost earlier makes the next pause longer: 30 s in the end.
            usleep(2_100_000)
            for program in programs { program.relay.cut() }
            for program in programs {
                try #require(program.waitUntilBack(times: number), "\(program.name): \(program.child.errorSoFar)")
            }
            if number == warmUp { before = try programs.map { try Footprint(of: $0.child.processIdentifier) } }
        }
        for (program, before) in zip(programs, before) {
            try check(program, since: before, "after \(warmUp) reconnections \(before), after \(cuts)")
        }
    }

    @Test("with a renewed identity each time leave memory and descriptors as they are")
    func renewed() throws {
        let (warmUp, renewals) = TestScale.of(short: (4, 12), long: (10, 50))
        let program = try ConnectedProgram.subscribe()
        var before = try Footprint(of: program.child.processIdentifier)
        for number in 1...renewals {
            try #require(try program.takesUpRenewal(number: number), "\(program.child.errorSoFar)")
            if number == warmUp { before = try Footprint(of: program.child.processIdentifier) }
        }
        try check(program, since: before, "after \(warmUp) renewed identities \(before), after \(renewals)")
    }

    /// Compares with what a program held before, and has it do its work still.
    private func check(_ program: ConnectedProgram, since before: Footprint, _ what: String) throws {
        let after = try Footprint(of: program.child.processIdentifier)
        #expect(after.descriptors == before.descriptors, "\(program.name)")
        // A sanitizer keeps for a while what was freed.
        if Sanitizer.isAbsent {
            #expect(after.growth(since: before) <= Self.mostGrowth, "\(program.name): \(before), then \(after)")
        }
        let outcome = program.finish()
        #expect(outcome.status == 0, "\(program.name): \(outcome.stderr.suffix(500))")
        TestScale.report("\(program.name): \(what) \(after), exit code \(outcome.status)")
    }
}
