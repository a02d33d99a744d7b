import Foundation
import TestSupport
import Testing

/// The broker's certificate against the list beside the CA's, and against names; ciphers that protect nothing.
@Suite("A broker whose certificate is revoked, or is not its own")
struct RevokedBrokerTests {
    static let made = Result { () throws -> TestCertificates in
        let made = try TestCertificates()
        try made.makeAuthority("other")
        try made.make("device", commonName: "admin:f60c28")
        try made.make("partial", names: "DNS:loc*,DNS:local*st")
        return made
    }

    /// What the list is like, whether it names the broker, the exit code, and what is said.
    static let lists: [(String, Bool, Int32, String)] = [
        ("plain", false, 0, ""), ("plain", true, 77, "is revoked, says"),
        ("old", false, 0, "out of date"), ("old", true, 77, "is revoked, says"),
        ("early", false, 77, "cannot be checked against"), ("early", true, 77, "cannot be checked against"),
        ("forged", false, 77, "cannot be checked against"), ("forged", true, 77, "cannot be checked against"),
        ("critical", false, 77, "cannot be checked against"), ("scope", false, 77, "cannot be checked against"),
        ("foreign", true, 0, ""), ("broken", false, 65, "ca.crl"),
    ]

    @Test("publish and subscribe look it up", arguments: lists)
    func lookUp(kind: String, isNamed: Bool, status: Int32, says: String) throws {
        let (made, folder) = (try Self.made.get(), try TemporaryFolder())
        try folder.write(String(contentsOfFile: made.path("ca.crt"), encoding: .utf8), to: "ca.crt")
        try folder.write(Self.list(kind, isNamed: isNamed, made), to: "ca.crl")
        let broker = try RunningBroker(certificates: made)
        let connection = [
            "-h", "localhost", "-p", "\(broker.port)", "-i", "admin:f60c28", "--cafile", folder.path("ca.crt"),
            "--cert",
            made.path("device.crt"), "--key", made.path("device.key"), "-t", "/admin/f60c28/attrs",
        ]
        let published = try Child.run(Programs.path("dojot-device"), ["publish", "attrs", "a=1"] + connection)
        #expect(published.status == status, "\(published.stderr)")
        #expect(says.isEmpty || published.stderr.contains(says), "\(published.stderr)")
        guard status != 0 else { return }
        let subscribed = try Child.run(Programs.path("dojot-device"), ["subscribe", "config", "-W", "5"] + connection)
        #expect(subscribed.status == status, "\(subscribed.stderr)")
    }

    private static func list(_ kind: String, isNamed: Bool, _ made: TestCertificates) throws -> String {
        var list = CraftedRevocationList(issuer: kind == "foreign" ? "other" : "ca")
        if isNamed { list.serials = [try serial(made.path("broker.crt"))] }
        switch kind {
        case "old": (list.start, list.end) = (-172_800, -86_400)
        case "early": (list.start, list.end) = (86_400, 172_800)
        case "critical": list.extensions = [.unknown(isCritical: true)]
        case "scope": list.extensions = [.scope(2)]
        case "broken": return "-----BEGIN X509 CRL-----\nMIIB\n"
        default: break
        }
        return try list.pem(signedBy: made.path(kind == "forged" || kind == "foreign" ? "other.key" : "ca.key"))
    }

    private static func serial(_ file: String) throws -> [UInt8] {
        let outcome = try Child.run(
            Programs.installed("openssl") ?? "openssl", ["x509", "-in", file, "-noout", "-serial"])
        let digits = outcome.stdout.drop { $0 != "=" }.dropFirst().filter(\.isHexDigit).compactMap(\.hexDigitValue)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
        return (bytes[0] > 0x7F ? [0] : []) + bytes
    }

    @Test("a wildcard inside a label is no name, nor is one that begins with a dot")
    func names() throws {
        let made = try Self.made.get()
        let broker = try RunningBroker(certificates: made, name: "partial", asksForCertificate: false)
        let line = ["-p", "\(broker.port)", "--cafile", made.path("ca.crt"), "-t", "a", "a=1"]
        let partial = try Child.run(Programs.path("dojot-device"), ["publish", "attrs", "-h", "localhost"] + line)
        #expect(partial.status == 77, "\(partial.stderr)")
        #expect(!partial.stderr.contains("hint: connect by a name"), "\(partial.stderr)")
        for host in [".localhost", ".", "local host", "localhost\n"] {
            let dotted = try Child.run(Programs.path("dojot-device"), ["publish", "attrs", "-h", host] + line)
            #expect(dotted.status == 64, "\(host): \(dotted.stderr)")
        }
    }

    @Test(
        "ciphers that neither authenticate nor encrypt are refused",
        arguments: [
            ("aNULL:@SECLEVEL=0", 64), ("ALL:@SECLEVEL=0", 64), ("eNULL:@SECLEVEL=0", 64),
            ("ALL:!eNULL:@SECLEVEL=0", 64),
            ("ADH-AES256-GCM-SHA384:@SECLEVEL=0", 64), ("aNULL", 64), ("NULL-SHA256", 64), ("ALL", 0), ("HIGH", 0),
            ("DEFAULT:@SECLEVEL=0", 0), ("ECDHE-ECDSA-AES256-GCM-SHA384", 0),
        ] as [(String, Int32)])
    func ciphers(list: String, status: Int32) throws {
        let made = try Self.made.get()
        let broker = try RunningBroker(certificates: made)
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            [
                "publish", "attrs", "-h", "localhost", "-p", "\(broker.port)", "--cafile",
                made.path("ca.crt"), "--cert", made.path("device.crt"), "--key", made.path("device.key"), "-t", "a",
                "a=1", "--ciphers", list,
            ])
        #expect(outcome.status == status, "\(list): \(outcome.stderr)")
    }
}
