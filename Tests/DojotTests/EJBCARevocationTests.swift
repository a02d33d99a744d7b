import Dojot
import Foundation
import HTTP
import PKI
import TestSupport
import Testing

/// EJBCA-REST's routes for what becomes of a certificate later: its list, its standing, its end.
@Suite struct EJBCARevocationTests {
    private let fixture: SigningFixture
    private var serial: String { fixture.certificate.serialNumber.hexadecimal }

    init() throws {
        fixture = try SigningFixture.shared.get()
    }

    @Test(arguments: [(false, "/ca/IOTmidCA/crl"), (true, "/ca/IOTmidCA/crl?update=true")])
    func fetchesTheList(isNew: Bool, target: String) throws {
        let list = try fixture.revocationList(naming: [fixture.certificate])
        let server = try ScriptedServer([.json(#"{"CRL": "\#(Base64.encode(list.der))"}"#)])
        defer { server.stop() }
        let found = try EJBCACertificateAuthority.behind(server).revocationList(named: "IOTmidCA", isNew: isNew)
        #expect(found.der == list.der)
        #expect(server.requests.map(\.target) == [target])
    }

    @Test func aListThatIsNoneBreaksTheProtocol() throws {
        let server = try ScriptedServer([.json(#"{"CRL": "AAAA"}"#)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).revocationList(named: "IOTmidCA", isNew: false)
        }
        #expect(error?.code == .protocolViolation)
    }

    @Test func revokesBySerialNumberForAReason() throws {
        let server = try ScriptedServer([.json(#"{"message": "ok", "status": 200}"#)])
        defer { server.stop() }
        try EJBCACertificateAuthority.behind(server).revoke(
            fixture.certificate, caName: "IOTmidCA", reason: .keyCompromise)
        #expect(server.requests.map(\.method) == ["DELETE"])
        #expect(server.requests.map(\.target) == ["/ca/CN%3DIOTmidCA/certificate/\(serial)?reason=KEYCOMPROMISE"])
    }

    /// The name of a CA is not enough: EJBCA wants the distinguished name, in its own order and without spaces.
    @Test(arguments: [
        ([("CN", "IOTmidCA"), ("O", "EJBCA IOT"), ("C", "SE")], "CN%3DIOTmidCA%2CO%3DEJBCA%20IOT%2CC%3DSE"),
        ([("C", "SE"), ("O", "EJBCA IOT"), ("CN", "IOTmidCA")], "CN%3DIOTmidCA%2CO%3DEJBCA%20IOT%2CC%3DSE"),
        ([("DC", "org"), ("DC", "dojot"), ("OU", "a"), ("CN", "b")], "CN%3Db%2COU%3Da%2CDC%3Ddojot%2CDC%3Dorg"),
        ([("CN", "a, b/c"), ("emailAddress", "x@y")], "E%3Dx%40y%2CCN%3Da%5C%2C%20b%2Fc"),
        ([("UID", "c-1"), ("CN", "Ümläut"), ("O", "A+B")], "UID%3Dc-1%2CCN%3D%C3%9Cml%C3%A4ut%2CO%3DA%5C%2BB"),
    ])
    func namesTheIssuerAsEJBCADoes(attributes: [(String, String)], segment: String) throws {
        let server = try ScriptedServer([.json(#"{"message": "ok", "status": 200}"#)])
        defer { server.stop() }
        let issuer = DistinguishedName(attributes: attributes.map { .init(type: $0.0, value: $0.1) })
        let serial = SerialNumber(bytes: [0x5A, 0x0F])
        try EJBCACertificateAuthority.behind(server).revoke(serial, of: issuer, reason: .superseded)
        #expect(server.requests.map(\.target) == ["/ca/\(segment)/certificate/5A0F?reason=SUPERSEDED"])
    }

    @Test(arguments: [
        "Certificate with serial number 00AA does not exist.", "Certificate is already revoked.",
        "ALREADY_REVOKED: certificate with issuer CN=IOTmidCA",
    ])
    func whatCannotBeRevokedIsUnknown(words: String) throws {
        let server = try ScriptedServer([SigningFixture.refusal(words)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).revoke(
                fixture.certificate, caName: "IOTmidCA", reason: .superseded)
        }
        #expect(error?.code == .unknownCertificate)
        // A refusal is final: to ask again would only hide what became of the first.
        #expect(server.requests.count == 1)
    }

    @Test func aRevocationWhoseAnswerIsLostIsNotRepeated() throws {
        let server = try ScriptedServer([.reset])
        defer { server.stop() }
        #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).revoke(
                fixture.certificate, caName: "IOTmidCA", reason: .superseded)
        }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        (
            200, #"{"status": {"reason": "NOTREVOKED", "date": "1969-12-31T23:59:59.999Z"}}"#,
            CertificateStanding.State.valid
        ),
        (200, #"{"status": {"reason": "SUPERSEDED", "date": "2026-11-24T00:00:00.000Z"}}"#, .revoked(.superseded)),
        (200, #"{"status": {"reason": "SOMETHING", "date": ""}}"#, .revoked(nil)),
        (404, #"{"message": "certificate not found", "status": 404}"#, .unknown),
    ])
    func tellsACertificatesStanding(status: Int, body: String, state: CertificateStanding.State) throws {
        let server = try ScriptedServer([.json(body, status: status)])
        defer { server.stop() }
        let standing = try EJBCACertificateAuthority.behind(server).standing(
            of: fixture.certificate, caName: "IOTmidCA")
        #expect(standing.state == state)
        #expect(standing.device == nil)
        #expect(server.requests.map(\.target) == ["/ca/CN%3DIOTmidCA/certificate/\(serial)/status"])
    }

    @Test(arguments: [
        (200, #"{"user": [{"username": "f60c28", "status": 40}]}"#, EndEntityStatus.generated),
        (200, #"{"user": [{"username": "f60c28", "status": 10}]}"#, .new),
        (200, #"{"user": [{"username": "f60c28"}]}"#, nil),
        (404, #"{"message": "soap message: User f60c28 not found.", "status": 404}"#, nil),
    ])
    func tellsAnEndEntitysStatus(status: Int, body: String, expected: EndEntityStatus?) throws {
        let server = try ScriptedServer([.json(body, status: status)])
        defer { server.stop() }
        #expect(try EJBCACertificateAuthority.behind(server).endEntityStatus("f60c28") == expected)
    }

    @Test func statusesReadAsEJBCANamesThem() {
        #expect("\(EndEntityStatus.generated)" == "GENERATED (40)")
        #expect("\(EndEntityStatus(rawValue: 99))" == "status (99)")
        #expect(EndEntityStatus.new.allowsSigning && !EndEntityStatus.generated.allowsSigning)
    }
}
