import Foundation
import TestSupport
import Testing

/// The short form of scripts/torture, with the programs that were built for these tests.
struct TortureTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Some containers let no process trace another, nor does LeakSanitizer; then this is shown as skipped.
    private static let isPermitted: Bool = {
        guard Sanitizer.isAbsent, let strace = Programs.installed("strace") else { return false }
        return (try? Child.run(strace, ["-o", "/dev/null", "true"]).status) == 0
    }()

    @Test(
        "retrieve-cert and renew, killed at every rename, link and request, lose nothing and leave nothing half done",
        .enabled(if: isPermitted, "ptrace(2) is not permitted here, so that nothing can be killed at a step"))
    func short() throws {
        let outcome = try Child.run(
            Self.root + "/scripts/torture", ["--short", "--programs", Programs.folder.path], in: Self.root,
            timeout: 600)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let lines = outcome.stdout.split(separator: "\n").dropFirst()
        #expect(lines.count == 4, "\(outcome.stdout)")
        for line in lines {
            // PLATFORM COMMAND STEPS HELD of CHECKED UNHELD
            let words = line.split(separator: " ")
            try #require(words.count == 7, "\(line)")
            #expect((Int(words[2]) ?? 0) >= 8, "\(line)")
            #expect(words[3] == words[5], "\(line)")
        }
    }
}
