import CommandLineKit
import Diagnosis
import Glibc

/// A diagnosis as a person reads it: a line a step, each as soon as it is known, then the cause and the cure.
final class DiagnosisText {
    private let title: (whom: String, broker: String?)
    private var status = StatusLine()

    init(title: (whom: String, broker: String?)) { self.title = title }

    func begin() {
        let arrow = Self.isUnicode ? "→" : "->"
        Console.result(title.broker.map { "\(title.whom) \(arrow) \($0)" } ?? title.whom)
    }

    /// Shows on a terminal what is being looked at.
    func show(progress step: Step) { status.show("\(step.rawValue) ...") }

    func show(_ report: StepReport) {
        status.clear()
        let mark = Self.mark(of: report.state)
        Console.result(painted: "\(mark) \(Self.padded(report.step.rawValue)) \(report.line.printable)")
    }

    /// - Parameters:
    ///   - next: the command that comes next where nothing is wrong.
    ///   - check: the command that asks the platform too.
    func end(_ report: DiagnosisReport, next: String?, check: String?) {
        status.clear()
        guard let cause = report.cause else {
            Console.result(
                painted: Colour.good.paint("nothing is wrong") + (report.hasWarnings ? " that does harm now" : ""))
            for finding in report.warnings { Console.result("cure   [\(finding.code)] \(finding.cure)") }
            if let next { Console.result("next   \(next)") }
            return
        }
        Console.result(painted: "cause  [\(cause.code)] \(Colour.bad.paint(cause.cause))")
        Console.result("cure   \(cause.cure)")
        if let check, report.needsLogin, cause.cure != check { Console.result("next   \(check)") }
    }

    private static func mark(of state: StepReport.State) -> String {
        switch state {
        case .passed: Colour.good.paint(isUnicode ? "✓" : "ok")
        case .failed: Colour.bad.paint(isUnicode ? "✗" : "no")
        case .warned: Colour.warning.paint(isUnicode ? "!" : "! ")
        case .skipped: isUnicode ? "-" : "- "
        }
    }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, 8 - name.count))
    }

    /// Whether the locale can show more than ASCII; see locale(7) for which variable counts.
    private static let isUnicode: Bool = {
        let locale = Environment["LC_ALL"] ?? Environment["LC_CTYPE"] ?? Environment["LANG"] ?? "C"
        let lowered = locale.lowercased()
        return lowered.hasSuffix("utf-8") || lowered.hasSuffix("utf8")
    }()
}

extension DiagnosisReport {
    /// What is to be seen to though it is not the cause.
    var warnings: [Finding] {
        steps.flatMap(\.findings).filter { $0.severity == .warning || $0.severity == .suspicion }
    }
    var hasWarnings: Bool { !warnings.isEmpty }
}
