import Foundation
import TestSupport
import Testing

/// The ways to a broker: TLS with a certificate, a pre-shared key, a Unix socket, a proxy.
@Suite("Ways to a broker")
struct TransportTests {
    private let topic = "/admin/f60c28/attrs"

    private func heard(_ peers: Peers, _ arguments: [String], _ hearing: [String] = []) throws -> String {
        try peers.heard(["-t", topic] + hearing) {
            let outcome = try peers.publish(["-t", topic, "-q", "1", "a=1"] + arguments)
            #expect(outcome.status == 0, "\(outcome.stderr)")
        }
    }

    @Test("the tutorial's lines work with only the program's name changed")
    func tutorial() throws {
        let made = try TestCertificates()
        try made.make("f60c28", commonName: "admin:f60c28", isRSA: true)
        let broker = try RunningBroker(certificates: made)
        let files = [
            "--cert", made.path("f60c28.crt"), "--key", made.path("f60c28.key"), "--cafile", made.path("ca.crt"),
        ]
        let connection = ["-h", "localhost", "-p", "\(broker.port)"] + files
        let sub = try Child.start(
            Programs.path("dojot-device"),
            ["subscribe", "config", "-d", "-t", topic, "-i", "admin:f60c28-s", "-C", "1"] + connection)
        #expect(sub.waitFor(error: "received SUBACK"))
        let pub = try Child.run(
            Programs.path("dojot-device"),
            ["publish", "attrs", "-t", topic, "-i", "admin:f60c28", "-m", "{\"attr_example\": 10}"] + connection)
        #expect(pub.status == 0)
        #expect(pub.stdout + pub.stderr == "")
        #expect(sub.wait(timeout: 10).stdout == "{\"attr_example\": 10}\n")
        // Without -p the port follows from the TLS files.
        let line = try Child.run(
            Programs.path("dojot-device"), ["publish", "attrs", "-t", topic, "a=1", "--dry-run"] + files)
        #expect(line.stdout.contains("-p 8883"))
        let noCertificate = try Child.run(
            Programs.path("dojot-device"),
            ["publish", "attrs", "-t", topic, "a=1", "-p", "\(broker.port)", "--cafile", made.path("ca.crt")])
        #expect(noCertificate.status == 77)
        #expect(noCertificate.stderr.contains("asks for a certificate"))
    }

    @Test("a pre-shared key, and one that the broker does not know")
    func preSharedKey() throws {
        let folder = try TemporaryFolder()
        let keys = try folder.write("device:0123456789abcdef\n", to: "keys")
        let broker = try RunningBroker(settings: ["psk_hint dojot", "psk_file \(keys)"])
        let peers = Peers(broker, ["--psk", "0123456789abcdef", "--psk-identity", "device"])
        #expect(try heard(peers, []) == "{\"a\":1}\n")
        let wrong = Peers(broker, ["--psk", "00", "--psk-identity", "device"])
        let outcome = try wrong.publish(["-t", topic, "a=1"])
        #expect([76, 77].contains(outcome.status), "\(outcome.status) \(outcome.stderr)")
    }

    @Test("a Unix socket")
    func unixSocket() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("broker.sock")
        let broker = try RunningBroker(settings: ["listener 0 \(path)"])
        let outcome = try Peers(broker).heard(["-t", topic]) {
            let said = try Child.run(
                Programs.path("dojot-device"), ["publish", "attrs", "--unix", path, "-t", topic, "a=1", "-q", "1"])
            #expect(said.status == 0, "\(said.stderr)")
        }
        #expect(outcome == "{\"a\":1}\n")
        let missing = try Child.run(
            Programs.path("dojot-device"), ["publish", "attrs", "--unix", folder.path("none"), "-t", topic, "a=1"])
        #expect(missing.status == 69)
    }

    @Test("a SOCKS5 proxy, with TLS through it and without", arguments: [true, false])
    func proxy(isSecured: Bool) throws {
        let made = try TestCertificates()
        let broker = try RunningBroker(certificates: isSecured ? made : nil, asksForCertificate: false)
        let proxy = try SOCKSServer(user: "me", password: "secret")
        let peers = Peers(broker, isSecured ? ["--cafile", made.path("ca.crt")] : [])
        #expect(try heard(peers, ["--proxy", "socks5h://me:secret@127.0.0.1:\(proxy.port)"]) == "{\"a\":1}\n")
        #expect(proxy.targets == ["localhost:\(broker.port)"])
        let refused = try peers.publish(["-t", topic, "a=1", "--proxy", "socks5h://me:fooled@127.0.0.1:\(proxy.port)"])
        #expect(refused.status == 69, "\(refused.stderr)")
        #expect(refused.stderr.contains("proxy"))
    }
}
