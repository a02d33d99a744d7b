import Foundation
import PKI
import TestSupport
import Testing

/// Chains are valid where `openssl verify -purpose sslclient -auth_level 2` says so, and a CA's certificate is no device's.
@Suite struct ChainTests {
    /// Extensions of the device's certificate, of the CA between and of the root, as openssl(1) writes them.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var device = "basicConstraints=CA:FALSE"
        var middle = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
        var root = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
        var rootKey = "ec -pkeyopt ec_paramgen_curve:P-256"
        /// What the error says; nil where the chain is valid.
        var says: String?
        /// Whether openssl agrees.
        var isOpensslsOpinion = true

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "plain"),
        Case(name: "for clients", device: "keyUsage=digitalSignature\nextendedKeyUsage=clientAuth,serverAuth"),
        Case(
            name: "a CA's", device: "basicConstraints=CA:TRUE\nkeyUsage=digitalSignature,keyCertSign",
            says: "is a CA's", isOpensslsOpinion: false),
        Case(
            name: "that may sign", device: "keyUsage=digitalSignature,keyCertSign", says: "is a CA's",
            isOpensslsOpinion: false),
        Case(
            name: "for servers only", device: "extendedKeyUsage=serverAuth",
            says: "not for TLS clients: it is for serverAuth"),
        Case(name: "not for signatures", device: "keyUsage=keyEncipherment", says: "not for TLS clients"),
        Case(name: "unknown critical", device: "1.2.3.4=critical,DER:0500", says: "not known here: 1.2.3.4"),
        Case(name: "unknown", device: "1.2.3.4=DER:0500"),
        Case(name: "a weak root", rootKey: "rsa:1024", says: "too weak for TLS: RSA 1024"),
        Case(
            name: "unknown critical of the root",
            root: "basicConstraints=critical,CA:TRUE\n1.2.3.4=critical,DER:0500", says: "not known here: 1.2.3.4"),
        Case(name: "no CA between", root: "basicConstraints=critical,CA:TRUE,pathlen:0", says: "path length"),
        Case(
            name: "a CA between for servers",
            middle: "basicConstraints=critical,CA:TRUE\nextendedKeyUsage=serverAuth", says: "not for TLS clients"),
        Case(
            name: "names permitted", device: "subjectAltName=DNS:a.example",
            middle: "basicConstraints=critical,CA:TRUE\nnameConstraints=critical,permitted;DNS:other.example",
            says: "permitted subtree violation"),
        Case(
            name: "unknown critical between", middle: "basicConstraints=critical,CA:TRUE\n1.2.3.4=critical,DER:0500",
            says: "not known here: 1.2.3.4"),
        Case(name: "no CA", middle: "basicConstraints=critical,CA:FALSE", says: "may not sign others"),
    ]

    @Test("agrees with openssl verify", arguments: cases)
    func agreement(of item: Case) throws {
        let folder = try TemporaryFolder()
        let new = "ec -pkeyopt ec_paramgen_curve:P-256"
        func make(_ name: String, _ key: String, _ extensions: String, by signer: String?) throws {
            try folder.write(extensions + "\n", to: "\(name).ext")
            try Self.openssl(
                "req -new -newkey \(key) -nodes -subj /CN=\(name) -keyout \(name).key -out \(name).csr", folder)
            let how = signer.map { "-CA \($0).crt -CAkey \($0).key" } ?? "-signkey \(name).key"
            try Self.openssl("x509 -req -in \(name).csr \(how) -days 9 -extfile \(name).ext -out \(name).crt", folder)
        }
        try make("root", item.rootKey, item.root, by: nil)
        try make("middle", new, item.middle, by: "root")
        try make("device", new, item.device, by: "middle")
        let all = try ["device", "middle", "root"].map { try Certificate(pem: folder.bytes("\($0).crt")) }
        let result = Result { () throws(PKIError) in
            try all[0].verify(against: [all[2]], through: [all[1]], for: .tlsClient, at: Timestamp.now.unixSeconds)
        }
        let outcome = try Child.run(
            "/usr/bin/openssl",
            "verify -purpose sslclient -auth_level 2 -CAfile root.crt -untrusted middle.crt device.crt"
                .split(separator: " ").map(String.init), in: folder.path)
        if item.isOpensslsOpinion { #expect((outcome.status == 0) == (item.says == nil), "\(outcome.stderr)") }
        switch result {
        case .success: #expect(item.says == nil)
        case .failure(let error): #expect(item.says.map(error.message.contains) == true, "\(error)")
        }

        // inspect says so of what no certificate of the chain says by itself.
        let members = all.enumerated().map { Belonging.Member(.certificate($1), name: "\($0)", file: $0) }
        let belonging = Belonging(members, at: .now)
        let own = PKIObject.certificate(all[0]).findings(at: .now, isDevices: true).map(\.message)
        let found =
            belonging.findings.map(\.finding.message) + own
            + all.dropFirst().flatMap { PKIObject.certificate($0).findings(at: .now).map(\.message) }
        #expect(found.isEmpty == (item.says == nil), "\(found)")
    }

    @Test(
        "a CA that may not sign for TLS clients is refused",
        arguments: [
            ("basicConstraints=critical,CA:TRUE", "rsa:2048", nil),
            ("basicConstraints=critical,CA:TRUE", "rsa:1024", "too weak for TLS: RSA 1024"),
            ("basicConstraints=critical,CA:TRUE\n1.2.3.4=critical,DER:0500", "rsa:2048", "not known here: 1.2.3.4"),
            ("basicConstraints=critical,CA:TRUE\nextendedKeyUsage=serverAuth", "rsa:2048", "not for TLS clients"),
            ("basicConstraints=critical,CA:FALSE", "rsa:2048", "may not sign others"),
        ] as [(String, String, String?)])
    func authority(extensions: String, key: String, says: String?) throws {
        let folder = try TemporaryFolder()
        try folder.write(extensions + "\n", to: "ext")
        try Self.openssl("req -new -newkey \(key) -nodes -subj /CN=ca -keyout key -out csr", folder)
        try Self.openssl("x509 -req -in csr -signkey key -days 9 -extfile ext -out crt", folder)
        let authority = try Certificate(pem: folder.bytes("crt"))
        switch Result(catching: { () throws(PKIError) in try authority.verifyAsAuthority(at: nil) }) {
        case .success: #expect(says == nil)
        case .failure(let error): #expect(says.map(error.message.contains) == true, "\(error)")
        }
    }

    private static func openssl(_ line: String, _ folder: TemporaryFolder) throws {
        let outcome = try Child.run("/usr/bin/openssl", line.split(separator: " ").map(String.init), in: folder.path)
        guard outcome.status == 0 else { throw SupportError("openssl \(line): \(outcome.stderr)") }
    }
}
