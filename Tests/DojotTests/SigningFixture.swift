import Dojot
import Foundation
import HTTP
import PKI
import TestSupport

/// A CA and a device's request, and the answers that a gateway gives about them.
struct SigningFixture {
    let authority: Certificate
    let authorityKey: PrivateKey
    let request: CertificateRequest
    let certificate: Certificate

    /// Made once: keys take their time.
    static let shared: Result<SigningFixture, any Error> = Result { try SigningFixture() }

    private init() throws {
        let now = HTTPDate.now()
        authorityKey = try PrivateKey(generating: .p256)
        authority = try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: "IOTmidCA"), publicKey: authorityKey.publicKey,
                validity: (now - 60)...(now + 86_400), isCertificateAuthority: true),
            signedBy: authorityKey)
        let key = try PrivateKey(generating: .rsa(bits: 2048))
        request = try CertificateRequest(subject: DistinguishedName(commonName: "f60c28"), signedBy: key)
        certificate = try Certificate(
            issuing: Certificate.Contents(
                subject: request.subject, publicKey: request.publicKey, validity: (now - 60)...(now + 3600)),
            issuer: authority, signedBy: authorityKey)
    }

    /// Another certificate for the request's key.
    func certificate(named commonName: String) throws -> Certificate {
        try Certificate(
            issuing: Certificate.Contents(
                subject: DistinguishedName(commonName: commonName), publicKey: request.publicKey,
                validity: certificate.notBefore...certificate.notAfter),
            issuer: authority, signedBy: authorityKey)
    }

    /// `POST /sign`'s answer.
    static func signature(_ data: String, type: String = "CERTIFICATE") throws -> String {
        struct Content: Encodable {
            struct Status: Encodable {
                let data: String
                let responseType: String
            }
            let status: Status
        }
        let content = Content(status: Content.Status(data: data, responseType: type))
        return String(decoding: try JSONEncoder().encode(content), as: UTF8.self)
    }

    /// `{"message": "soap message: …", "status": …}`, as all of EJBCA-REST's errors are.
    static func refusal(_ words: String, status: Int = 400) -> ScriptedServer.Answer {
        .json(#"{"message": "soap message: \#(words)", "status": \#(status)}"#, status: status)
    }
}

extension SigningFixture {
    /// A text as JSON.
    static func json(_ text: [UInt8]) throws -> String {
        String(decoding: try JSONEncoder().encode(String(decoding: text, as: UTF8.self)), as: UTF8.self)
    }

    /// A list of the authority's that takes the certificate back.
    func revocationList(naming certificates: [Certificate] = []) throws -> CertificateRevocationList {
        let now = HTTPDate.now()
        return try CertificateRevocationList(
            issuer: authority,
            entries: certificates.map { .init(serialNumber: $0.serialNumber, date: now, reason: .keyCompromise) },
            thisUpdate: now, nextUpdate: now + 3600, number: SerialNumber(bytes: [7]), signedBy: authorityKey)
    }
}

extension EJBCACertificateAuthority {
    /// The authorities behind a scripted server, asked with a token of the test's own.
    static func behind(_ server: ScriptedServer, timeout: Double = 10) throws -> EJBCACertificateAuthority {
        EJBCACertificateAuthority(
            gateway: try Gateway("http://127.0.0.1:\(server.port)"),
            session: try Session(token: Secret(TokenMaker.token(issuedAt: HTTPDate.now()))), http: HTTPClient(),
            timeout: timeout, retry: RetryPolicy(attempts: 3, base: 0.01, limit: 0.01))
    }
}

extension X509CertificateAuthority {
    /// The authority behind a scripted server, asked with a token of the test's own.
    static func behind(_ server: ScriptedServer, owners: OwnerHabit = OwnerHabit()) throws -> X509CertificateAuthority {
        X509CertificateAuthority(
            gateway: try Gateway("http://127.0.0.1:\(server.port)"),
            session: try Session(token: Secret(TokenMaker.token(issuedAt: HTTPDate.now()))), http: HTTPClient(),
            timeout: 10, retry: RetryPolicy(attempts: 3, base: 0.01, limit: 0.01), owners: owners)
    }
}
