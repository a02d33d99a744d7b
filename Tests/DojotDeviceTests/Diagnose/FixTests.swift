import CommandLineKit
import Foundation
import TestSupport
import Testing

@testable import Diagnosis
@testable import DojotDevice

/// All that is printed to be pasted.
@Suite("fixes and hints")
struct FixTests {
    /// What a step fills in itself.
    private static let values = [
        "file": "certs/a 'b'.key", "folder": "a 'b'", "own": "CN = admin:f60c28", "wanted": "admin:f60c28",
        "time": "2026-11-24T05:41:55Z", "plain": "http://localhost:8000", "page": "http://localhost:8000/auth",
        "address": "192.0.2.7", "cure": "chmod go-w certs", "access": "sudo chown -R \"$(id -u)\" certs",
        "way": "connect with -h localhost, or ", "host": "mqtt.lab", "port": "8883", "peer": "mqtt.lab:8883",
        "accepted": ": it takes those of CN = IOTmidCA",
    ]

    /// A diagnosis as the command line asks for it.
    private func examination(_ arguments: [String]) throws -> Examination {
        let parser = CommandLineParser(root: DojotDevice.self, environment: [:])
        guard case .run(let command) = parser.parse(["diagnose"] + arguments), let diagnose = command as? Diagnose
        else {
            throw SupportError("no diagnosis: \(arguments)")
        }
        return Examination(try DiagnosisTarget(diagnose).subject)
    }

    @Test("each fix of the catalogue parses as printed, for identities and for any broker's files")
    func catalogue() throws {
        let folder = try TemporaryFolder()
        try IdentityTemplate.ejbca.get().copyIdentity(to: folder)
        let odd = folder.path("a 'b' $(touch pwn)")
        try FileManager.default.moveItem(atPath: folder.path("certs"), toPath: odd)
        let lines = [
            ["f60c28", "--certs-dir", odd], ["f60c28", "--certs-dir", odd, "-h", "mqtt.lab", "-p", "8884"],
            ["none", "--certs-dir", folder.path("none")], ["none", "--certs-dir", odd],
            ["f60c28", "--gateway", "http://localhost:8000", "--certs-dir", odd],
            [
                "-h", "mqtt.lab", "-p", "8883", "--cafile", "a b.crt", "--cert", "d.crt", "--key", "d.key", "-i",
                "a 'b'",
            ],
            ["http://localhost:8000"],
        ]
        let bench = try TemporaryFolder()
        for line in lines {
            let examination = try examination(line)
            for kind in FindingKind.all {
                let finding = examination.found(kind, Self.values)
                #expect(!finding.cure.contains("{"), "\(kind.code): \(finding.cure)")
                let problem = try PrintedCommand(finding.cure).problem(in: bench)
                #expect(problem == nil, "\(line), \(kind.code): \(finding.cure): \(problem ?? "")")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: bench.path("pwn")))
    }

    @Test("each hint of a transcript parses as printed")
    func transcripts() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Transcripts")
        let bench = try TemporaryFolder()
        var count = 0
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let kind = ["hint: ", "cure   ", "next   "].first(where: line.hasPrefix) else { continue }
                count += 1
                // What stands for a value that changes.
                let text = line.dropFirst(kind.count).replacing(/\{[A-Z]+\}/) { match in
                    match.output == "{GATEWAY}" ? "http://localhost:8000" : "8883"
                }
                let problem = try PrintedCommand(String(text)).problem(in: bench)
                #expect(problem == nil, "\(file.lastPathComponent): \(line): \(problem ?? "")")
            }
        }
        #expect(count > 50)
    }
}
