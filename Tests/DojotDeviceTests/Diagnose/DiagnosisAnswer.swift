import Foundation
import TestSupport

/// The JSON of a diagnosis, as far as it is looked at.
struct DiagnosisAnswer: Decodable {
    struct Finding: Decodable { let code, cause, cure, severity: String }
    struct Step: Decodable {
        let step, state, line: String
        let findings: [Finding]
    }
    let cause: Finding?
    let exitCode: Int32
    let steps: [Step]

    init(_ outcome: Outcome) throws {
        self = try JSONDecoder().decode(DiagnosisAnswer.self, from: Data(outcome.standardOutput))
    }

    var codes: [String] { steps.flatMap(\.findings).map(\.code) }

    func step(_ name: String) -> Step? { steps.first { $0.step == name } }
}
