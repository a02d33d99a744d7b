import Foundation
import TestSupport
import Testing

/// Standard output that cannot be written is a failure of every command, never a success with an empty file.
@Suite("standard output") struct StandardOutputTests {
    /// Runs a shell command line in which `dojot-device` and `dojot-sandbox` are our programs.
    private func run(_ line: String, _ retrieval: Retrieval) throws -> Outcome {
        let path = "\(Programs.folder.path):/usr/bin:/bin"
        return try Child.run(
            "/bin/sh", ["-c", line],
            environment: retrieval.sandbox.credentials.merging([
                "PATH": path, "G": retrieval.sandbox.ready.gateway, "DOJOT_GATEWAY": retrieval.sandbox.ready.gateway,
            ]) { $1 }, in: retrieval.folder.path)
    }

    @Test("a full disk ends with 74 and the reason")
    func fullDisk() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run().status == 0)
        let lines = [
            "--help", "--version", "--generate-completion-script bash", "help renew",
            "status", "status --json", "status --expires-within 400d", "status --json --expires-within 400d",
            "inspect certs/f60c28.crt", "inspect --json certs/f60c28.crt", "inspect --format pem certs/f60c28.crt",
            "login $G", "device list", "device list --json", "device show f60c28", "device history f60c28 --json",
            "diagnose --list-codes", "diagnose f60c28 --no-publish", "diagnose f60c28 --json --no-publish",
            "publish attrs f60c28 a=1 --dry-run", "renew f60c28", "renew f60c28 --json", "renew f60c28 --force --json",
            "device create x --attr a:float --json", "fleet provision $G --from ids --json",
        ]
        _ = try retrieval.folder.write("f60c28\n", to: "ids")
        for line in lines {
            let outcome = try run("dojot-device \(line) >/dev/full", retrieval)
            #expect(outcome.status == 74, "\(line): \(outcome)")
            #expect(
                outcome.stderr.contains("error: cannot write to standard output: no space left on device"),
                "\(line): \(outcome)")
        }
        for line in ["--help", "--version", "--port 0 --mqtt-port 0", "--port 0 --mqtt-port 0 --json"] {
            let outcome = try run("timeout 20 dojot-sandbox \(line) >/dev/full", retrieval)
            #expect(outcome.status == 74, "\(line): \(outcome)")
        }
    }

    @Test("a closed standard output ends with 74")
    func closed() throws {
        let retrieval = try Retrieval()
        #expect(try run("dojot-device login $G >&-", retrieval).status == 74)
        #expect(try run("dojot-device --version >&-", retrieval).status == 74)
    }

    @Test("a reader that has read enough is no failure")
    func readerGone() throws {
        let retrieval = try Retrieval()
        let outcome = try run("{ dojot-device --help; echo $? >code; } | true; sleep 0.2; cat code", retrieval)
        #expect(outcome.stdout == "0\n")
    }

    @Test("what a command has done stays done")
    func effectRemains() throws {
        let retrieval = try Retrieval()
        #expect(try retrieval.run().status == 0)
        let before = try retrieval.folder.read("certs/f60c28.crt")
        #expect(try run("dojot-device renew f60c28 --force --json >/dev/full", retrieval).status == 74)
        #expect(try retrieval.folder.read("certs/f60c28.crt") != before)
        #expect(try retrieval.holdsTogether())
    }
}
