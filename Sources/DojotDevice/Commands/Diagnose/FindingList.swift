import Diagnosis

/// The table of all that can be found, as `--list-codes` prints it.
enum FindingList {
    static func print() {
        var table = TextTable("CODE", "STEP", "EXIT", "CAUSE")
        for kind in FindingKind.all {
            let exit = kind.severity == .warning ? "0" : "\(ExitCode(kind.effect).rawValue)"
            table.add(kind.code, kind.step.rawValue, exit, kind.cause)
        }
        Console.result(table)
    }
}
