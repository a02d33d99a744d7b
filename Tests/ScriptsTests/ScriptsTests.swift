import Foundation
import TestSupport
import Testing

/// The scripts that make and check the whole of it; the demo and the bench are too long to be run here.
struct ScriptsTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func setup(with swift: String) throws -> Outcome {
        let folder = try TemporaryFolder()
        // Written by a shell: another test's child could hold a file of ours open for writing, and nobody could run it.
        let made = try Child.run(
            "/bin/sh", ["-c", "{ echo '#!/bin/sh'; cat; } >swift && chmod 755 swift"], input: swift + "\n",
            in: folder.path)
        try #require(made.status == 0, "\(made.stderr)")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try Child.run(
            root + "/scripts/setup", environment: ["PATH": "\(folder.path):\(path)"], in: root, timeout: 60)
    }

    @Test func setupIsSilentAndQuickWhereAllIsThere() throws {
        let start = Date()
        let outcome = try Child.run(root + "/scripts/setup", in: root, timeout: 60)
        #expect(outcome.status == 0)
        #expect(outcome.stdout + outcome.stderr == "")
        #expect(Date().timeIntervalSince(start) < 10)
    }

    @Test(arguments: ["5.9.2", "6.0.3", "6.0"])
    func setupAsksForALaterSwift(version: String) throws {
        let outcome = try setup(with: "echo 'Swift version \(version) (swift-\(version)-RELEASE)'")
        #expect(outcome.status == 69)
        #expect(outcome.stderr.hasPrefix("setup: error: Swift 6.1 or later is needed, and this is \(version)\nhint: "))
        #expect(outcome.stderr.contains("https://www.swift.org/install/linux"))
    }

    @Test(arguments: ["6.1", "6.1.2", "6.3.1", "6.10", "7.0"])
    func setupTakesALaterSwift(version: String) throws {
        let outcome = try setup(with: "echo 'Swift version \(version) (swift-\(version)-RELEASE)'")
        #expect(outcome.status == 0)
        #expect(outcome.stdout + outcome.stderr == "")
    }

    @Test func setupSaysWhySwiftDoesNotRun() throws {
        let outcome = try setup(with: "echo 'libxml2.so.2: cannot open shared object file' >&2; exit 127")
        #expect(outcome.status == 69)
        #expect(outcome.stderr.hasPrefix("setup: error: swift does not run: libxml2.so.2: cannot open"))
    }

    @Test(arguments: [
        "scripts/setup", "scripts/test", "scripts/demo", "scripts/bench", "scripts/torture", "scripts/fuzz",
        "scripts/soak", "scripts/coverage", "scripts/locust/screenshot", ".ci/run",
    ])
    func everyScriptIsExecutableAndUnderstood(script: String) throws {
        #expect(access(root + "/" + script, X_OK) == 0)
        let outcome = try Child.run("/bin/bash", ["-n", script], in: root)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        guard let shellcheck = Programs.installed("shellcheck") else { return }
        let check = try Child.run(shellcheck, ["--severity", "warning", script], in: root)
        #expect(check.status == 0, "\(check.stdout)")
    }
}
