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
        #expect(server.requests.map(\.target) == ["/ca/IOTmidCA/certificate/\(serial)?reason=KEYCOMPROMISE"])
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
        #expect(server.requests.map(\.target) == ["/ca/IOTmidCA/certificate/\(serial)/status"])
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
