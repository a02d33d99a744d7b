import Foundation
import TestSupport
import Testing

/// TLS 1.2 is the least that is spoken, and a check that is asked off is missed aloud.
@Suite("What the network is trusted with")
struct TransportSafetyTests {
    /// `openssl s_server` with one version of TLS alone, and a certificate for localhost.
    private struct OldServer {
        let port: UInt16
        let authority: String
        private let child: Child

        init(_ version: String, _ made: TestCertificates) throws {
            authority = made.path("ca.crt")
            child = try Child.start(
                Programs.installed("openssl") ?? "openssl",
                [
                    "s_server", "-accept", "127.0.0.1:0", "-www", "-\(version)", "-cipher", "ALL:@SECLEVEL=0",
                    "-cert", made.path("broker.crt"), "-key", made.path("broker.key"),
                ])
            guard child.waitFor(output: "ACCEPT 127.0.0.1:"),
                let line = child.outputSoFar.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT 127") }),
                let port = line.split(separator: ":").last.flatMap({ UInt16($0) })
            else { throw SupportError("openssl s_server: \(child.errorSoFar)") }
            self.port = port
        }

        /// Whether openssl's own client, asked to lower its guard, speaks with it.
        func answers(_ version: String) throws -> Bool {
            try Child.run(
                Programs.installed("openssl") ?? "openssl",
                ["s_client", "-connect", "127.0.0.1:\(port)", "-\(version)", "-cipher", "ALL:@SECLEVEL=0", "-brief"],
                timeout: 20
            ).status == 0
        }
    }

    private static let certificates = Result { try TestCertificates() }

    @Test("a server that speaks TLS 1.1 at most is refused, with the reason", arguments: ["tls1", "tls1_1"])
    func tooOld(version: String) throws {
        let server = try OldServer(version, Self.certificates.get())
        try #require(try server.answers(version))
        let broker = ["-h", "localhost", "-p", "\(server.port)", "--cafile", server.authority]
        let rows: [(words: [String], says: String)] = [
            (
                ["login", "https://localhost:\(server.port)", "-u", "me", "--https-ca", server.authority],
                "1.2 at least"
            ),
            (["login", "https://localhost:\(server.port)", "-u", "me", "--skip-https-check"], "1.2 at least"),
            (["publish", "attrs", "-t", "t", "--raw", "-m", "1"] + broker, "no TLS version or cipher"),
            (["publish", "attrs", "-t", "t", "--raw", "-n", "--tls-version", "tlsv1.1"] + broker, "no TLS version"),
            (["publish", "attrs", "-t", "t", "--raw", "-n", "--insecure"] + broker, "no TLS version"),
            (["subscribe", "config", "-t", "t"] + broker, "no TLS version"),
            (["diagnose", "--timeout", "5"] + broker, "share no version of TLS"),
        ]
        for row in rows {
            let outcome = try Child.run(
                Programs.path("dojot-device"), row.words, environment: ["DOJOT_PASSWORD": "x", "LC_ALL": "C.UTF-8"])
            #expect(outcome.status == 76, "\(row.words): \(outcome.stderr)\(outcome.stdout)")
            #expect((outcome.stderr + outcome.stdout).contains(row.says), "\(row.words): \(outcome.stderr)")
        }
    }

    @Test("a broker that speaks TLS 1.2 or 1.3 is spoken to", arguments: ["tlsv1.2", "tlsv1.3"])
    func newEnough(version: String) throws {
        let made = try Self.certificates.get()
        let broker = try RunningBroker(certificates: made, asksForCertificate: false)
        for least in [version, "tlsv1.1"] {
            let outcome = try Child.run(
                Programs.path("dojot-device"),
                [
                    "publish", "attrs", "-h", "localhost", "-p", "\(broker.port)", "--cafile", made.path("ca.crt"),
                    "-t", "t", "--raw", "-m", "1", "-q", "1", "--tls-version", least,
                ])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            let warning = "dojot-device: warning: TLS 1.1 is not safe any more: TLS 1.2 is the least that is spoken\n"
            #expect(outcome.stderr.contains(warning) == (least == "tlsv1.1"))
        }
    }

    private static let insecure =
        "dojot-device: warning: the broker's certificate is not checked for its host name: whoever has one of the same CA"
        + " may answer\n"
    private static let skipped =
        "dojot-device: warning: the gateway's certificate is not checked: anybody may answer in its place\n"

    @Test("a check that is asked off is missed aloud, once in each run, by each command")
    func warnings() throws {
        let retrieval = try Retrieval(on: "0.4")
        // Nothing listens there: the warning comes before anything is sent.
        let port = try FreePort.next()
        let gateway = ["--gateway", "https://127.0.0.1:\(port)", "--skip-https-check", "--timeout", "2"]
        let broker = ["-h", "localhost", "-p", "\(port)", "--insecure", "--timeout", "2"]
        let files = ["--cafile", "certs/IOTmidCA.crt"]
        let rows: [(words: [String], warning: String)] = [
            (["retrieve-cert", "https://127.0.0.1:\(port)", "a1b2c3"] + gateway.dropFirst(2), Self.skipped),
            (["login", "https://127.0.0.1:\(port)"] + gateway.dropFirst(2), Self.skipped),
            (["device", "list"] + gateway, Self.skipped), (["device", "show", "f60c28"] + gateway, Self.skipped),
            (["revoke", "f60c28", "--yes"] + gateway, Self.skipped),
            (["renew", "f60c28", "--force"] + gateway.dropFirst(2), Self.skipped),
            (["diagnose", "f60c28", "--login"] + gateway, Self.skipped),
            (["publish", "attrs", "f60c28", "a=1"] + broker, Self.insecure),
            (["publish", "attrs", "-t", "t", "-l", "--raw", "--max-reconnects", "0"] + broker + files, Self.insecure),
            (["subscribe", "config", "f60c28", "--max-reconnects", "0"] + broker, Self.insecure),
            (["diagnose", "f60c28"] + broker, Self.insecure),
        ]
        for row in rows {
            let outcome = try retrieval.program(row.words)
            #expect(outcome.stderr.components(separatedBy: row.warning).count == 2, "\(row.words): \(outcome.stderr)")
        }
        // Whoever does not ask for it is not told, and with --quiet nothing is said at all.
        let checked = try retrieval.program(["publish", "attrs", "f60c28", "a=1"])
        #expect(checked.status == 0 && checked.stderr == "")
        let quiet = try retrieval.program(["publish", "attrs", "f60c28", "a=1", "--insecure", "--quiet"])
        #expect(quiet.status == 0 && quiet.stderr == "")
    }
}
