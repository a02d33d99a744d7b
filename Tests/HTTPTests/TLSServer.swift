import Foundation
import PKI
import TestSupport

/// `openssl s_server -www` on a free port of loopback: a real TLS server that answers every request with a page.
final class TLSServer {
    /// What its certificate is like.
    struct Identity {
        var names: [GeneralName] = [.dns("localhost"), .ip("127.0.0.1")]
        var notBefore: Int64 = -3600
        var notAfter: Int64 = 3600
    }

    let port: UInt16
    /// The file with the authority that signed its certificate.
    let authorityFile: String
    private let child: Child
    private let folder: TemporaryFolder

    /// Starts one whose certificate is signed by an authority of its own; `options` go to `openssl s_server`.
    init(_ identity: Identity = Identity(), options: [String] = []) throws {
        folder = try TemporaryFolder()
        let now = Int64(Date().timeIntervalSince1970)
        let authorityKey = try PrivateKey(generating: .p256)
        let authority = try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: "Test authority"), publicKey: authorityKey.publicKey,
                validity: (now - 86_400)...(now + 86_400), isCertificateAuthority: true,
                keyUsage: [.keyCertSign, .cRLSign]),
            signedBy: authorityKey)
        let key = try PrivateKey(generating: .p256)
        let certificate = try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: "gateway"), publicKey: key.publicKey,
                validity: (now + identity.notBefore)...(now + identity.notAfter),
                subjectAlternativeNames: identity.names),
            issuer: authority, signedBy: authorityKey)
        authorityFile = try folder.write(authority.pem, to: "ca.pem")
        try folder.write(certificate.pem, to: "server.pem")
        try folder.write(key.pem(), to: "server.key")
        guard let openssl = Programs.installed("openssl") else { throw SupportError("openssl is not installed") }
        child = try Child.start(
            openssl,
            [
                "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", folder.path("server.pem"), "-key",
                folder.path("server.key"), "-CAfile", authorityFile,
            ] + options)
        guard child.waitFor(output: "ACCEPT 127.0.0.1:", timeout: 20),
            let line = child.outputSoFar.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT 127") }),
            let port = line.split(separator: ":").last.flatMap({ UInt16($0) })
        else {
            child.signal(SIGTERM)
            throw SupportError("openssl s_server: \(child.wait(timeout: 5).stderr)")
        }
        self.port = port
    }

    deinit { stop() }

    /// Ends it; a test that ends with this has it until then.
    func stop() {
        child.signal(SIGTERM)
        _ = child.wait(timeout: 5)
    }

    func url(host: String = "localhost") -> String { "https://\(host):\(port)/" }
}
