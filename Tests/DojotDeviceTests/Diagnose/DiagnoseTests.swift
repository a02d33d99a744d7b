import Foundation
import TestSupport
import Testing

/// What `diagnose` finds where something is wrong for real.
@Suite("diagnose")
struct DiagnoseTests {
    /// The JSON of a diagnosis, as far as it is looked at.
    struct Answer: Decodable {
        struct Finding: Decodable { let code, cause, cure, severity: String }
        struct Step: Decodable {
            let step, state, line: String
            let findings: [Finding]
        }
        let cause: Finding?
        let exitCode: Int32
        let steps: [Step]

        init(_ outcome: Outcome) throws {
            self = try JSONDecoder().decode(Answer.self, from: Data(outcome.standardOutput))
        }

        var codes: [String] { steps.flatMap(\.findings).map(\.code) }
        func state(_ step: String) -> String? { steps.first { $0.step == step }?.state }
    }

    static let faults = FileFaults.all + PlatformFaults.all + BrokerFaults.all

    @Test("names the cause of each fault, and ends by it", arguments: faults)
    func cause(of fault: DiagnosisFault) throws {
        let bench = try DiagnosisBench()
        let outcome = try bench.run(fault.make(bench) + ["--json"])
        let answer = try Answer(outcome)
        let shown = "\(answer.cause.map { "\($0)" } ?? "nothing") of \(answer.codes) \(outcome.stderr)"
        #expect(answer.cause?.code == fault.code, "\(shown)")
        #expect(outcome.status == fault.status, "\(shown)")
        #expect(answer.exitCode == outcome.status)
        let text = (answer.cause?.cause ?? "") + " " + (answer.cause?.cure ?? "")
        for words in fault.says { #expect(text.contains(words), "\(shown)") }
        // Every blank is filled in, in all that was found.
        #expect(!outcome.stdout.dropFirst().contains("{{") && !text.contains("{"), "\(outcome.stdout)")
        for finding in answer.steps.flatMap(\.findings) {
            #expect(!(finding.cause + finding.cure).contains("{"), "\(finding)")
        }
    }
}
