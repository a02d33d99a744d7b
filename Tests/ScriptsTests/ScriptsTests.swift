import Foundation
import TestSupport
import Testing

/// The scripts that make and check the whole of it; the demo and the bench are too long to be run here.
struct ScriptsTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func setup(with swift: String) throws -> Outcome {
        let folder = try TemporaryFolder()
        try folder.script("swift", swift)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try Child.run(
            root + "/scripts/setup", environment: ["PATH": "\(folder.path):\(path)"], in: root, timeout: 60)
    }

    @Test(arguments: [[], ["--for", "test"]])
    func setupIsSilentAndQuickWhereAllIsThere(arguments: [String]) throws {
        let start = Date()
        let outcome = try Child.run(root + "/scripts/setup", arguments, in: root, timeout: 60)
        #expect(outcome.status == 0)
        #expect(outcome.stdout + outcome.stderr == "")
        #expect(Date().timeIntervalSince(start) < 10)
    }

    /// A release of Debian on which nothing is installed, and whose apt does not know hyperfine.
    @Test(
        arguments: [
            ([], ["libmosquitto-dev", "mosquitto"], ["hyperfine", "strace", "time"]),
            (["--for", "test"], ["libmosquitto-dev", "strace"], ["hyperfine", "time"]),
            (["--for", "bench"], ["libmosquitto-dev", "time"], ["hyperfine", "strace"]),
        ] as [([String], [String], [String])])
    func setupInstallsTheGroupThatIsAskedFor(arguments: [String], listed: [String], unlisted: [String]) throws {
        let folder = try TemporaryFolder()
        let policy = #"[ "$2" = hyperfine ] || printf '%s:\n  Candidate: 1.0\n' "$2""#
        let programs = ["dpkg-query": "exit 1", "apt-cache": policy, "apt-get": "exit 1"]
        for (name, lines) in programs { try folder.script(name, lines) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let outcome = try Child.run(
            root + "/scripts/setup", arguments + ["--list"], environment: ["PATH": "\(folder.path):\(path)"], in: root,
            timeout: 60)
        #expect(outcome.status == 0)
        let packages = outcome.stdout.split(separator: "\n").map(String.init)
        #expect(Set(listed).isSubset(of: packages) && Set(unlisted).isDisjoint(with: packages), "\(packages)")
        let lacksHyperfine = arguments.contains("bench")
        #expect(outcome.stderr == (lacksHyperfine ? "setup: warning: this release has no package hyperfine\n" : ""))
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

    @Test(arguments: [([], 64), (["11", "true"], 64), (["13"], 64), (["--help"], 0)] as [([String], Int32)])
    func onDebianAsksForAReleaseAndACommand(arguments: [String], status: Int32) throws {
        let outcome = try Child.run(root + "/scripts/on-debian", arguments, in: root)
        #expect(outcome.status == status)
        #expect((outcome.stdout + outcome.stderr).contains("scripts/on-debian 13 scripts/test"))
    }

    @Test(arguments: [
        "scripts/setup", "scripts/test", "scripts/demo", "scripts/bench", "scripts/torture", "scripts/fuzz",
        "scripts/on-debian", "scripts/soak", "scripts/coverage", "scripts/locust/screenshot", ".ci/run",
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

extension TemporaryFolder {
    /// Writes a shell script into the folder, by a shell: a child of another test could hold a file that this process has
    /// open for writing, and then nobody can run it.
    fileprivate func script(_ name: String, _ lines: String) throws {
        let made = try Child.run(
            "/bin/sh", ["-c", "{ echo '#!/bin/sh'; cat; } >\(name) && chmod 755 \(name)"], input: lines + "\n", in: path
        )
        try #require(made.status == 0, "\(made.stderr)")
    }
}
