import Foundation
import TestSupport
import Testing

/// Names that a user, a script or a page hands over: none leads out of the folder of identities, or steers the terminal.
@Suite("hostile names")
struct HostileNameTests {
    static let names = [
        "", ".", "..", "../f60c28", "a/../../b", "/etc/passwd", ".hidden", "-rf", "a\nb", "a\rb", "a\u{1B}[2Jb",
        "a\u{7F}",
        "a\u{85}b", "a\u{9B}31mb", "a\u{202E}b", "a\u{2066}b", "a\u{200B}b", "a b", "a;touch pwned", "$(touch pwned)",
        "`touch pwned`", "a'b", "a\"b", "a%2fb", "a\\b", "admin:../x", "../x:f60c28", "a:b:c", "é",
        String(repeating: "a", count: 300),
    ]

    /// Commands by the name's place, NAME.
    static let commands = [
        "retrieve-cert -- http://127.0.0.1:9 NAME", "retrieve-cert -- http://127.0.0.1:9 f60c28 NAME", "renew -- NAME",
        "revoke --yes -- NAME", "revoke --yes --serial 01 --gateway http://127.0.0.1:9 --ca=NAME f60c28",
        "status -- NAME",
        "publish attrs -- NAME a=1", "subscribe config -- NAME", "simulate -- NAME a=1", "diagnose -- NAME",
        "device show -- NAME", "device history -- NAME", "device delete --yes -- NAME", "device actuate -- NAME a=1",
    ]

    @Test("are refused before anything is done", arguments: commands)
    func refused(command: String) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("work"), withIntermediateDirectories: false)
        for name in Self.names {
            let words = command.split(separator: " ").map { $0.replacingOccurrences(of: "NAME", with: name) }
            let outcome = try Child.run(
                Programs.path("dojot-device"), words, environment: ["DOJOT_TOKEN": HostileText.token],
                in: folder.path("work"))
            #expect(outcome.status == 64, "\(name.debugDescription): \(outcome.stderr)")
            #expect(outcome.stdout.isEmpty, "\(name.debugDescription)")
            #expect(TerminalControls.found(in: outcome.stderr).isEmpty, "\(name.debugDescription)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["work"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("work")).isEmpty)
    }

    @Test("of files are shown as bytes")
    func files() throws {
        let folder = try TemporaryFolder()
        let names = Self.names.filter { !["", ".", ".."].contains($0) && !$0.contains("/") && $0.utf8.count < 200 }
        for name in names {
            for (arguments, statuses) in [
                (["inspect", "--", name], [65]), (["inspect", "--json", "--", name], [65]),
                (["inspect", "--format", "der", "--", name], [65]), (["inspect", "--", name + ".none"], [66]),
                (["status", "--certs-dir=\(name)"], [66, 74]), (["status"], [0]),
            ] {
                try folder.write(Array("{\"no\": \"certificate\"}".utf8), to: name)
                try folder.write(Array("nothing".utf8), to: "certs/\(name).crt")
                let outcome = try Child.run(Programs.path("dojot-device"), arguments, in: folder.path)
                #expect(statuses.contains(Int(outcome.status)), "\(arguments): \(outcome.stderr)")
                #expect(TerminalControls.found(in: outcome.stdout + outcome.stderr).isEmpty, "\(arguments)")
            }
        }
    }

    @Test(
        "in a profile or an unfinished run do not lead out of the folder",
        arguments: ["../outside", "/tmp/x", "a\u{1B}b"])
    func profile(name: String) throws {
        let folder = try TemporaryFolder()
        let text = try String(decoding: JSONEncoder().encode(name), as: UTF8.self)
        for field in ["ca", "tenant", "device"] {
            var fields = ["ca": #""IOTmidCA""#, "tenant": #""admin""#, "device": #""f60c28""#]
            fields[field] = text
            let members = fields.map { #""\#($0.key)": \#($0.value)"# }.joined(separator: ", ")
            let profile = """
                {\(members), "gateway": "http://127.0.0.1:9", "commonName": "f60c28", "platform": "ejbca",
                 "broker": {"host": "localhost", "port": 9, "kind": "mosca"},
                 "certificate": {"serial": "01", "notBefore": "2026-01-01T00:00:00Z", "notAfter": "2027-01-01T00:00:00Z"}}
                """
            try folder.write(Array(profile.utf8), to: "work/certs/f60c28.json")
            for part in ["key", "crt", "csr"] {
                try folder.write(Array("nothing".utf8), to: "work/certs/f60c28.\(part)")
            }
            try folder.write(
                Array("gateway: http://127.0.0.1:9\nca: \(name)\n".utf8),
                to: "work/certs/.identities/f60c28/pending.pem")
            let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
                !$0.hasPrefix("work")
            }
            for arguments in [
                ["status"], ["renew", "f60c28", "--force"], ["revoke", "f60c28", "--yes"],
                ["publish", "attrs", "f60c28", "a=1"],
                ["retrieve-cert", "http://127.0.0.1:9", "f60c28"], ["diagnose", "f60c28", "--timeout", "2"],
            ] {
                let outcome = try Child.run(
                    Programs.path("dojot-device"), arguments, environment: ["DOJOT_TOKEN": HostileText.token],
                    in: folder.path("work"))
                if arguments != ["status"] { #expect(outcome.status != 0, "\(field) \(arguments): \(outcome.stdout)") }
                #expect(!outcome.stderr.contains("outside"), "\(field) \(arguments): \(outcome.stderr)")
                #expect(TerminalControls.found(in: outcome.stdout + outcome.stderr).isEmpty, "\(field) \(arguments)")
            }
            let after = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
                !$0.hasPrefix("work")
            }
            #expect(before == after)
        }
    }

    @Test("a deploy hook gets them through its environment only, and a folder's name runs nothing")
    func hook() throws {
        let retrieval = try Retrieval(["--release", "0.6"])
        let folder = "c'e; touch pwned; $(touch pwned) `touch pwned`\u{1B}[31m"
        let store = ["--certs-dir", folder]
        let first = try retrieval.run(
            "f60c28", store + ["--key-type", "p256", "--broker", retrieval.sandbox.ready.mqtts])
        #expect(first.status == 0, "\(first.stderr)")
        #expect(TerminalControls.found(in: first.stdout + first.stderr).isEmpty)
        let hook =
            #"printf '%s\n' "$DOJOT_DEVICE" "$DOJOT_CERT" "$DOJOT_KEY" >hook.txt; printf '%s' "$0 $*" >words.txt"#
        let outcome = try retrieval.program(["renew", "f60c28", "--force", "--deploy-hook", hook] + store)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let path = retrieval.folder.path + "/" + folder
        #expect(try retrieval.folder.read("hook.txt") == "f60c28\n\(path)/f60c28.crt\n\(path)/f60c28.key\n")
        #expect(try retrieval.folder.read("words.txt") == "sh ")
        let line = try retrieval.program(["publish", "attrs", "--dry-run", "f60c28", "a=1"] + store)
        #expect(line.status == 0 && TerminalControls.found(in: line.stdout).isEmpty, "\(line.stderr)")
        // What it shows to be copied publishes, from a shell.
        let copied = try Child.run("/bin/bash", ["-c", line.stdout], in: retrieval.folder.path)
        #expect(copied.status == 0, "\(line.stdout)\(copied.stderr)")
        #expect(!FileManager.default.fileExists(atPath: retrieval.folder.path("pwned")))
    }
}
