import Foundation
import TestSupport
import Testing

/// The manifests in scripts/kubernetes, by Kubernetes' own schemas (kubernetes-validate, which carries them).
struct KubernetesTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private var manifest: String { root + "/scripts/kubernetes/fleet.yaml" }

    @Test("the manifests are what Kubernetes takes")
    func areTaken() throws {
        let python = try PythonPackages.python()
        let outcome = try Child.run(python, ["-m", "kubernetes_validate", "--strict", manifest], timeout: 120)
        #expect(outcome.status == 0, "\(outcome.stdout) \(outcome.stderr)")
        for resource in [
            "deployment/dojot-fleet-master", "service/dojot-fleet-master", "networkpolicy/dojot-fleet-master",
            "job/dojot-fleet-workers",
        ] {
            #expect((outcome.stdout + outcome.stderr).contains("passed for resource \(resource) "))
        }
        // It does say what is wrong, where something is.
        let place = try TemporaryFolder()
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let wrong = try place.write(
            text.replacingOccurrences(of: "completionMode:", with: "completionsMode:"), to: "wrong.yaml")
        #expect(try Child.run(python, ["-m", "kubernetes_validate", "--strict", wrong], timeout: 120).status != 0)
    }

    @Test("there are as many workers as parts, and each is what the program understands")
    func shards() throws {
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        func number(_ prefix: String) throws -> Int {
            try #require(lines.first { $0.hasPrefix(prefix) }.flatMap { Int($0.dropFirst(prefix.count)) })
        }
        let parts = try number("- --shard=$(JOB_COMPLETION_INDEX)/")
        #expect(try number("completions: ") == parts && number("parallelism: ") == parts)

        let start = try #require(lines.lastIndex(of: "args:"))
        let words = lines[(start + 1)...].prefix { $0.hasPrefix("- ") }.map { String($0.dropFirst(2)) }
        #expect(words.prefix(2) == ["fleet", "worker"])
        for part in 0..<parts {
            let arguments = words.map { $0.replacingOccurrences(of: "$(JOB_COMPLETION_INDEX)", with: "\(part)") }
            let outcome = try Child.run(Programs.path("dojot-device"), arguments)
            // Here is no /fleet.
            #expect(outcome.status == 66, "\(outcome.stderr)")
        }
    }

    @Test("Locust is of one version, here and in the cluster")
    func version() throws {
        let wanted = try String(contentsOfFile: root + "/scripts/locust/requirements.txt", encoding: .utf8)
        let version = try #require(wanted.split(separator: "\n").first?.split(separator: "=").last)
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        #expect(text.contains("image: locustio/locust:\(version)\n"))
    }

    @Test("the locustfile gives the page's form the options of a fleet, and runs no devices by itself")
    func locustfile() throws {
        let python = try PythonPackages.python()
        let options = ["-m", "locust", "-f", RunningLocust.locustfile]
        let environment = ["PYTHONDONTWRITEBYTECODE": "1"]
        let form = """
            import sys
            from locust.argument_parser import ui_extra_args_dict
            from locust.util.load_locustfile import load_locustfile
            load_locustfile(sys.argv.pop(1))
            print(*sorted(ui_extra_args_dict()))
            """
        let shown = try Child.run(
            python, ["-c", form, RunningLocust.locustfile], environment: environment, timeout: 120)
        #expect(
            shown.stdout == """
                actuate attributes broker expire history interval keepalive payload qos rate renew revoke seed subscribe

                """, "\(shown.stderr)")
        let alone = try Child.run(
            python, options + ["--headless", "-u", "1", "-t", "1s"], environment: environment, timeout: 120)
        #expect(alone.status == 1)
        #expect(alone.stderr.contains("devices are run by dojot-device fleet worker: start this with --master"))
    }
}
