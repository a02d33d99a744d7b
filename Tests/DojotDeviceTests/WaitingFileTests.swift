import Foundation
import TestSupport
import Testing

/// A pipe or a device where a file is meant does not keep a command waiting; a pipe with a writer is read where a stream is meant.
@Suite("Pipes and devices in the place of files")
struct WaitingFileTests {
    static let certificates = Result { () throws -> TestCertificates in
        let made = try TestCertificates()
        try made.make("device", commonName: "admin:f60c28")
        return made
    }

    static let commands = [
        "inspect FILE", "inspect --json FILE", "publish attrs -h localhost -p 1 -t a --cafile FILE a=1",
        "publish attrs -h localhost -p 1 -t a --cafile CA --cert FILE --key KEY a=1",
        "publish attrs -h localhost -p 1 -t a --cafile CA --cert CERT --key FILE a=1",
        "publish attrs -h localhost -p 1 -t a --cafile CA -f FILE",
        "subscribe config -h localhost -p 1 -t a --cafile FILE", "diagnose -h localhost -p 1 --cafile FILE",
        "diagnose -h localhost -p 1 --cafile CA --cert CERT --key KEY --crlfile FILE",
        "retrieve-cert http://localhost:1 f60c28 --key FILE --username u --password-file KEY --timeout 1",
        "retrieve-cert http://localhost:1 f60c28 --username u --password-file FILE --timeout 1",
        "retrieve-cert http://localhost:1 f60c28 --token-file FILE --timeout 1",
        "retrieve-cert https://localhost:1 f60c28 --https-ca FILE --username u --password-file KEY --timeout 1",
        "fleet simulate --from FILE --duration 1", "fleet simulate --template FILE --duration 1",
        "fleet simulate --scenario FILE --duration 1", "status f60c28 --certs-dir DIR",
        "publish attrs f60c28 a=1 --certs-dir DIR",
        "diagnose f60c28 --certs-dir DIR", "renew f60c28 --certs-dir DIR --username u --password-file KEY",
    ]

    @Test("ends at once", arguments: commands)
    func ends(command: String) throws {
        let (made, folder) = (try Self.certificates.get(), try TemporaryFolder())
        try #require(mkfifo(folder.path("fifo"), 0o600) == 0)
        try folder.write("x", to: "certs/x")
        chmod(folder.path("certs"), 0o755)
        for file in ["f60c28.key", "f60c28.crt", "f60c28.csr", "f60c28.json", "IOTmidCA.crt", "IOTmidCA.crl"] {
            try #require(mkfifo(folder.path("certs/\(file)"), 0o600) == 0)
        }
        for file in [folder.path("fifo"), "/dev/zero", "/dev/tty", "/dev/full"] {
            let words = command.split(separator: " ").map { word in
                switch word {
                case "FILE": file
                case "CA": made.path("ca.crt")
                case "CERT": made.path("device.crt")
                case "KEY": made.path("device.key")
                case "DIR": folder.path("certs")
                default: String(word)
                }
            }
            let start = Date()
            let outcome = try Child.run(Programs.path("dojot-device"), words, in: folder.path, timeout: 30)
            // status shows what is broken, and ends with 0.
            #expect(outcome.status != 0 || words[0] == "status", "\(words)")
            #expect(Date().timeIntervalSince(start) < 20, "\(words): \(outcome.stderr)")
        }
    }

    @Test("a shell's process substitution is read")
    func substitution() throws {
        let (made, folder) = (try Self.certificates.get(), try TemporaryFolder())
        let program = Programs.path("dojot-device")
        let outcome = try Child.run(
            "/bin/bash",
            [
                "-c",
                """
                "\(program)" inspect <(sleep 1; cat "\(made.path("ca.crt"))") && cat "\(made.path("ca.crt"))" \
                | "\(program)" inspect - && "\(program)" inspect /dev/stdin <"\(made.path("ca.crt"))"
                """,
            ], in: folder.path, timeout: 30)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.components(separatedBy: "CN = ca").count >= 4, "\(outcome.stdout)")
    }
}
