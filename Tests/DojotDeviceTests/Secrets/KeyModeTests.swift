import Foundation
import TestSupport
import Testing

/// A key is its owner's alone from its first byte, whatever the umask, as strace(1) sees the system calls that make its file.
@Suite("The file of a key")
struct KeyModeTests {
    /// Whether strace sees the names that our program hands to the kernel: of one that keeps its memory to itself root alone does
    /// (CAP_SYS_PTRACE), and some containers let nobody trace another; then these tests are shown as skipped.
    static let isPermitted: Bool = {
        guard Sanitizer.isAbsent, let strace = Programs.installed("strace"), let folder = try? TemporaryFolder() else {
            return false
        }
        let file = folder.path("trace")
        let status = ["status", "--certs-dir", "a-folder-that-is-not-there"]
        _ = try? Child.run(strace, ["-o", file, Programs.path("dojot-device")] + status)
        return (try? folder.read("trace"))?.contains(#""a-folder-that-is-not-there"#) ?? false
    }()

    @Test(
        "is made with mode 0600 by whatever makes one, and never gets another, under any umask",
        .enabled(if: isPermitted, "only root may trace a program that keeps its memory to itself"),
        arguments: ["0", "002", "277"])
    func modes(umask: String) throws {
        let retrieval = try Retrieval(["--device", "f60c28", "--device", "a1b2c3", "--device", "77aa01"])
        let gateway = retrieval.sandbox.ready.gateway
        let broker = ["--broker", retrieval.sandbox.ready.mqtts]
        // What the Certificate Retriever leaves: a key that anybody may read, without a certificate yet.
        let plain = try String(contentsOfFile: retrieval.makeKey(), encoding: .utf8)
        mkdir(retrieval.folder.path("certs"), 0o755)
        try retrieval.folder.write(plain, to: "certs/77aa01.key")
        chmod(retrieval.folder.path("certs/77aa01.key"), 0o644)
        let commands = [
            ["retrieve-cert", gateway, "77aa01"] + broker, ["retrieve-cert", gateway, "f60c28"] + broker,
            ["retrieve-cert", gateway, "f60c28", "-w"] + broker,
            ["retrieve-cert", gateway, "a1b2c3", "--key", "given.key"] + broker,
            ["renew", "f60c28", "--force", "--verify-broker"], ["renew", "f60c28", "--rollback"],
        ]
        for command in commands {
            let calls = try trace(command, umask, in: retrieval)
            #expect(calls.contains { $0.contains(".pem") || $0.contains(".key") }, "\(command)")
            for call in calls where call.contains(".key") || call.contains(".pem") {
                // Made: with no more than 0600. Changed: to 0600, and to nothing else.
                #expect(!call.contains("O_CREAT") || call.contains(", 0600) = "), "\(command): \(call)")
                #expect(!call.contains("chmod") || call.contains("0600) = "), "\(command): \(call)")
            }
            let find = try Child.run(
                "/usr/bin/find",
                [retrieval.folder.path("certs"), "-type", "f", "-exec", "grep", "-lq", "PRIVATE KEY", "{}", ";"]
                    + ["-perm", "/077", "-print"])
            #expect(find.stdout == "" && find.stderr == "", "\(command): \(find)")
        }
        #expect(try retrieval.holdsTogether())
        #expect(try retrieval.holdsTogether("77aa01"))
    }

    @Test(
        "is made with mode 0600 by the sandbox too",
        .enabled(if: isPermitted, "only root may trace a program that keeps its memory to itself"))
    func sandbox() throws {
        let folder = try TemporaryFolder()
        let strace = try #require(Programs.installed("strace"))
        let words = [
            "umask 0; exec", strace, "-f -o", folder.path("trace"), "-e trace=openat,chmod,fchmod,fchmodat",
            Programs.path("dojot-sandbox"), "--port 0 --mqtt-port 0 --dir", folder.path("state"), "--json",
        ]
        let child = try Child.start("/bin/sh", ["-c", words.joined(separator: " ")])
        // The sandbox itself is to end: strace ends with it, but not it with strace.
        let ready = try #require(child.readLine(timeout: 60))
        kill(try JSONDecoder().decode(RunningSandbox.Ready.self, from: Data(ready.utf8)).pid, SIGTERM)
        #expect(child.wait(timeout: 30).status == 0)
        let calls = Self.whole(try folder.read("trace")).filter { $0.contains(".key") }
        #expect(calls.contains { $0.contains("O_CREAT") })
        for call in calls {
            #expect(!call.contains("O_CREAT") || call.contains(", 0600) = "), "\(call)")
            #expect(!call.contains("chmod") || call.contains("0600) = "), "\(call)")
        }
        let open = try Child.run("/usr/bin/find", [folder.path("state"), "-name", "*.key", "-perm", "/077"])
        #expect(open.stdout == "")
    }

    /// Runs a command under an umask, and gives the calls that make, change and name files.
    private func trace(_ command: [String], _ umask: String, in retrieval: Retrieval) throws -> [String] {
        let strace = try #require(Programs.installed("strace"))
        let file = retrieval.folder.path("trace")
        let outcome = try Child.run(
            "/bin/sh",
            ["-c", #"umask "$0"; exec "$@""#, umask, strace, "-f", "-y", "-o", file]
                + ["-e", "trace=openat,open,creat,chmod,fchmod,fchmodat,link,linkat,rename,renameat2"]
                + [Programs.path("dojot-device")] + command,
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        #expect(outcome.status == 0, "\(command): \(outcome.stderr)")
        return Self.whole(try String(contentsOfFile: file, encoding: .utf8))
    }

    /// The calls of a trace, each in one line: strace(1) tells one in two where another thread called meanwhile.
    private static func whole(_ trace: String) -> [String] {
        var begun: [Substring: Substring] = [:]
        return trace.split(separator: "\n").compactMap { line -> String? in
            let thread = line.prefix { $0 != " " }
            if let end = line.range(of: " <unfinished ...>") {
                begun[thread] = line[..<end.lowerBound]
                return nil
            }
            guard let end = line.range(of: " resumed>"), let start = begun.removeValue(forKey: thread) else {
                return String(line)
            }
            return String(start) + String(line[end.upperBound...])
        }
    }
}
