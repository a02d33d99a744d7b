import Foundation
import TestSupport
import Testing

/// What `diagnose` finds where something is wrong for real.
@Suite("diagnose")
struct DiagnoseTests {
    // A sanitizer's program does not start under faketime(1).
    static let faults = (FileFaults.all + PlatformFaults.all + BrokerFaults.all).filter {
        Sanitizer.isAbsent || !$0.code.hasPrefix("clock.")
    }

    @Test("names the cause of each fault, and ends by it", arguments: faults)
    func cause(of fault: DiagnosisFault) throws {
        let bench = try DiagnosisBench()
        let outcome = try bench.run(fault.make(bench) + ["--json"])
        let answer = try DiagnosisAnswer(outcome)
        let shown = "\(answer.cause.map { "\($0)" } ?? "nothing") of \(answer.codes) \(outcome.stderr)"
        #expect(answer.cause?.code == fault.code, "\(shown)")
        #expect(outcome.status == fault.status, "\(shown)")
        #expect(answer.exitCode == outcome.status)
        let text = (answer.cause?.cause ?? "") + " " + (answer.cause?.cure ?? "")
        for words in fault.says { #expect(text.contains(words), "\(shown)") }
        // Every blank is filled in, in all that was found.
        for finding in answer.steps.flatMap(\.findings) {
            #expect(!(finding.cause + finding.cure).contains("{"), "\(finding)")
        }
    }

    static let harmless = [
        DiagnosisFault("a key that others can read", "files.mode", 0, says: "chmod 600") { bench in
            _ = try bench.platform()
            chmod(bench.file("key"), 0o644)
            return ["f60c28"]
        },
        DiagnosisFault("a request of another key", "files.request", 0) { bench in
            _ = try bench.platform()
            let other = try String(contentsOfFile: bench.path("other.csr"), encoding: .utf8)
            try bench.spoil("csr") { _ in other }
            return ["f60c28"]
        },
        DiagnosisFault("the certificate before the CA in the CA's file", "chain.stray", 0, says: "admin:f60c28") {
            bench in
            let both = try ["device.crt", "ca.crt"].map { try String(contentsOfFile: bench.path($0), encoding: .utf8) }
            let file = try bench.folder.write(both.joined(), to: "both.crt")
            return try bench.mosquitto() + ["--cafile", file]
        },
        DiagnosisFault("a certificate of another CA that the broker takes", "chain.unknown", 0) { bench in
            let both = try ["ca.crt", "otherca.crt"].map { try String(contentsOfFile: bench.path($0), encoding: .utf8) }
            let file = try bench.folder.write(both.joined(), to: "both.crt")
            return try bench.mosquitto(client: "foreign", brokersAuthorities: file)
        },
        DiagnosisFault("a certificate that is about to expire", "dates.soon", 0, says: "expires in 2") { bench in
            try bench.mosquitto(client: "short")
        },
        DiagnosisFault("a clock five minutes ahead", "clock.off", 0, says: "date -u -s") { bench in
            _ = try bench.platform()
            try bench.fakeTime("+5m")
            return ["f60c28"]
        },
        DiagnosisFault("a revocation list that is too old", "crl.old", 0) { bench in
            try bench.mosquitto() + ["--crlfile", bench.path("oldcrl.pem")]
        },
        DiagnosisFault("a broker that asks for no certificate", "tls.client.unasked", 0) { bench in
            let broker = bench.keep(
                try RunningBroker(certificates: DiagnosisBench.certificates.get(), asksForCertificate: false))
            return [
                "-h", "localhost", "-p", "\(broker.port)", "-t", "/admin/f60c28/attrs", "-i", "admin:f60c28",
                "--cafile", try bench.path("ca.crt"), "--cert", try bench.path("device.crt"), "--key",
                try bench.path("device.key"),
            ]
        },
    ]

    @Test(
        "warns of what does no harm, and ends with 0",
        arguments: harmless.filter { Sanitizer.isAbsent || $0.code != "clock.off" })
    func warning(of fault: DiagnosisFault) throws {
        let bench = try DiagnosisBench()
        let outcome = try bench.run(fault.make(bench) + ["--json"])
        let answer = try DiagnosisAnswer(outcome)
        #expect(outcome.status == 0 && answer.cause == nil, "\(outcome.stdout)")
        let finding = try #require(answer.steps.flatMap(\.findings).first { $0.code == fault.code }, "\(answer.codes)")
        for words in fault.says { #expect((finding.cause + finding.cure).contains(words), "\(finding)") }
    }

    @Test("finds nothing wrong where all is well, and leaves nothing behind", arguments: RunningSandbox.releases)
    func well(release: String) throws {
        let retrieval = try Retrieval(on: release)
        let answer = try DiagnosisAnswer(retrieval.program(["diagnose", "f60c28", "--login", "--json"]))
        #expect(answer.cause == nil && answer.codes.isEmpty, "\(answer)")
        #expect(answer.steps.count == 15)
        for step in answer.steps { #expect(step.state == "passed", "\(step)") }
        let history = try retrieval.program(["device", "history", "f60c28", "--json"])
        #expect(history.status == 0 && !history.stdout.contains("value"), "\(history)")
    }

    static let mendable =
        PlatformFaults.all.filter {
            ["entity.generated", "entity.unassociated", "tls.client.revoked"].contains($0.code)
        } + [
            DiagnosisFault("a key that is gone", "files.missing", 66) { bench in
                _ = try bench.platform(IdentityTemplate.x509)
                try FileManager.default.removeItem(atPath: bench.file("key"))
                return ["f60c28"]
            },
            DiagnosisFault("a key that a loss of power left empty", "files.empty", 65) { bench in
                _ = try bench.platform(IdentityTemplate.x509)
                try bench.spoil("key") { _ in "" }
                return ["f60c28"]
            },
            DiagnosisFault("a key that others can read", "files.mode", 0) { bench in
                _ = try bench.platform()
                chmod(bench.file("key"), 0o644)
                return ["f60c28"]
            },
        ]

    @Test("names a command that mends it", arguments: mendable)
    func cure(of fault: DiagnosisFault) throws {
        let bench = try DiagnosisBench()
        let arguments = try fault.make(bench) + ["--json"]
        let found = try DiagnosisAnswer(bench.run(arguments)).steps.flatMap(\.findings).first { $0.code == fault.code }
        let cure = try #require(found?.cure)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let mended = try Child.run(
            "/bin/sh", ["-c", cure],
            environment: bench.environment.merging(["PATH": "\(Programs.folder.path):\(path)"]) { $1 },
            in: bench.folder.path)
        #expect(mended.status == 0, "\(cure): \(mended.stderr)")
        // What was retrieved into a new folder takes the broker for beside the gateway, on the usual port, where anybody's may be.
        let answer = try DiagnosisAnswer(bench.run(arguments + bench.broker))
        #expect(!answer.codes.contains(fault.code), "\(answer.codes)")
        #expect(answer.cause == nil, "\(answer)")
    }

    @Test("goes on past what is wrong: each step says what it can")
    func stopsAtNothing() throws {
        let bench = try DiagnosisBench()
        let arguments = try bench.mosquitto("mydomain", client: "expired", authority: "otherca")
        let answer = try DiagnosisAnswer(bench.run(arguments + ["--json"]))
        #expect(answer.codes == ["chain.unknown", "dates.expired", "tls.ca", "tls.name", "tls.client.expired"])
        #expect(answer.cause?.code == "dates.expired")
        #expect(answer.step("connack")?.state == "skipped")
    }

    @Test("connects on past a broker's certificate that does not hold, but sends no password there")
    func password() throws {
        let bench = try DiagnosisBench()
        let arguments = try bench.mosquitto("mydomain") + ["-t", "/admin/f60c28/attrs", "-i", "admin:f60c28", "--json"]
        let answer = try DiagnosisAnswer(bench.run(arguments))
        #expect(answer.cause?.code == "tls.name" && answer.step("attrs")?.state == "passed", "\(answer)")
        let withheld = try DiagnosisAnswer(bench.run(arguments + ["-u", "me", "-P", "secret"]))
        #expect(withheld.cause?.code == "tls.name" && withheld.step("connack")?.line.contains("password") == true)
        let insecure = try DiagnosisAnswer(bench.run(arguments + ["-u", "me", "-P", "secret", "--insecure"]))
        #expect(insecure.cause == nil && insecure.step("connack")?.state == "passed", "\(insecure)")
    }

    @Test("says where a broker does not tell, and publishes nothing where it must not")
    func publishing() throws {
        let bench = try DiagnosisBench()
        let list = try bench.folder.write("topic read #\n", to: "acl")
        let arguments =
            try bench.mosquitto(settings: ["acl_file \(list)"]) + ["-t", "own/topic", "-i", "a", "--json"]
        let untold = try DiagnosisAnswer(bench.run(arguments + ["-V", "311"]))
        #expect(untold.cause == nil && untold.step("attrs")?.state == "skipped", "\(untold)")
        #expect(untold.step("attrs")?.line.hasPrefix("not known") == true)
        let held = try DiagnosisAnswer(bench.run(arguments + ["--no-publish"]))
        #expect(held.cause == nil && held.step("attrs")?.line == "not tried (--no-publish)", "\(held)")
    }
}
