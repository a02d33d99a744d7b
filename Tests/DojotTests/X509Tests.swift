import Dojot
import Foundation
import HTTP
import PKI
import TestSupport
import Testing

/// The routes of x509-identity-mgmt: what is sent, what is understood, what is refused.
@Suite struct X509Tests {
    private let fixture: SigningFixture
    private var fingerprint: String { fixture.certificate.sha256Fingerprint }
    private var device: DeviceName { get throws { try DeviceName("f60c28") } }

    /// `POST /x509/v1/certificates`.
    private struct Sent: Decodable {
        struct Owner: Decodable { let device: String? }
        let csr: String
        let belongsTo: Owner?
    }

    init() throws {
        fixture = try SigningFixture.shared.get()
    }

    private func signature() throws -> ScriptedServer.Answer {
        let pem = try SigningFixture.json(fixture.certificate.pem)
        return .json(#"{"certificateFingerprint": "\#(fingerprint)", "certificatePem": \#(pem)}"#, status: 201)
    }

    private func page(_ certificates: [(Certificate, owner: String?)], of total: Int = 1) throws
        -> ScriptedServer.Answer
    {
        let items = try certificates.map { certificate, owner in
            let belongsTo = owner.map { #"{"device": "\#($0)"}"# } ?? "{}"
            return #"{"pem": \#(try SigningFixture.json(certificate.pem)), "belongsTo": \#(belongsTo)}"#
        }
        return .json(#"{"paging": {"totalPages": \#(total)}, "certificates": [\#(items.joined(separator: ","))]}"#)
    }

    @Test func asksAsTheSchemaSays() throws {
        let server = try ScriptedServer([try signature()])
        defer { server.stop() }
        let made = try X509CertificateAuthority.behind(server).sign(fixture.request, endEntity: "f60c28", password: "")
        #expect(made == fixture.certificate)
        let request = try #require(server.requests.first)
        #expect("\(request.method) \(request.target)" == "POST /x509/v1/certificates")
        #expect(request.field("Content-Type") == "application/json")
        let sent = try JSONDecoder().decode(Sent.self, from: Data(request.body))
        #expect(
            sent.csr.wholeMatch(
                of: /-----BEGIN CERTIFICATE REQUEST-----\n([A-Za-z0-9+\/=]{1,64}\n)+-----END CERTIFICATE REQUEST-----/)
                != nil)
        #expect(sent.belongsTo?.device == "f60c28")
    }

    @Test func aReleaseThatRefusesTheOwnerIsAskedWithoutIt() throws {
        let refusal =
            #"{"schema$id": "x", "schemaErrors": [{"dataPath": ".belongsTo", "message": "should NOT have additional properties"}]}"#
        let server = try ScriptedServer([.json(refusal, status: 400), try signature()])
        defer { server.stop() }
        let made = try X509CertificateAuthority.behind(server).sign(fixture.request, endEntity: "f60c28", password: "")
        #expect(made == fixture.certificate)
        let sent = try server.requests.map { try JSONDecoder().decode(Sent.self, from: Data($0.body)) }
        #expect(sent.map { $0.belongsTo?.device } == ["f60c28", nil])
    }

    @Test(arguments: [
        (#"{"message": "device not found: 0000ff"}"#, DojotError.Code.unknownDevice, "device not found: 0000ff"),
        (
            #"{"message": "The RSA public key length less than 2048 bits is not supported."}"#, .requestRefused,
            "The RSA public"
        ),
        (#"{"error": "Error checking SubjectDN"}"#, .requestRefused, "Error checking SubjectDN"),
        (
            #"{"schemaErrors": [{"dataPath": ".csr", "message": "should match pattern"}]}"#, .requestRefused,
            ".csr should match"
        ),
    ])
    func refusalsAreToldApart(body: String, code: DojotError.Code, words: String) throws {
        let server = try ScriptedServer([.json(body, status: 400)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try X509CertificateAuthority.behind(server).sign(fixture.request, endEntity: "f60c28", password: "")
        }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true)
        #expect(error?.message.hasPrefix("cannot have the certificate request of f60c28 signed: ") == true)
    }

    @Test func whatIsAssociatedAlreadyIsLeftAlone() throws {
        let server = try ScriptedServer([.json(#"{"fingerprint": "x", "belongsTo": {"device": "f60c28"}}"#)])
        defer { server.stop() }
        #expect(try !X509CertificateAuthority.behind(server).associate(fixture.certificate, with: device))
        #expect(server.requests.map(\.method) == ["GET"])
        #expect(server.requests.first?.target.hasPrefix("/x509/v1/certificates/\(fingerprint)") == true)
    }

    @Test(arguments: [
        #"{"fingerprint": "x", "belongsTo": {}}"#, #"{"belongsTo": {"device": null}}"#, #"{"fingerprint": "x"}"#,
    ])
    func whatIsNotAssociatedIsByAPatch(item: String) throws {
        let server = try ScriptedServer([.json(item), .status(204)])
        defer { server.stop() }
        #expect(try X509CertificateAuthority.behind(server).associate(fixture.certificate, with: device))
        #expect(server.requests.map(\.method) == ["GET", "PATCH"])
        #expect(server.requests.last?.text == #"{"belongsTo":{"device":"f60c28"}}"#)
    }

    /// Of many devices at one release the first tells what becomes of the owner in a request.
    @Test(arguments: [
        (#"{"belongsTo": {"device": "f60c28"}}"#, ["POST", "GET", "POST", "POST"]),
        (#"{"belongsTo": {}}"#, ["POST", "GET", "PATCH", "POST", "PATCH", "POST", "PATCH"]),
    ])
    func whatOneTellsHoldsForAll(item: String, methods: [String]) throws {
        let isTaken = !methods.contains("PATCH")
        let change: [ScriptedServer.Answer] = isTaken ? [] : [.status(204)]
        let look = ScriptedServer.Answer.json(item)
        let answers = [try signature(), look] + change + [try signature()] + change + [try signature()] + change
        let server = try ScriptedServer(answers)
        defer { server.stop() }
        let owners = OwnerHabit()
        for _ in 0..<3 {
            let authority = try X509CertificateAuthority.behind(server, owners: owners)
            let made = try authority.sign(fixture.request, endEntity: "f60c28", password: "")
            try authority.associate(made, with: device)
        }
        #expect(server.requests.map(\.method) == methods)
    }

    /// One whose request named no owner, or that an earlier run had signed, is looked at.
    @Test func whatWasNotSignedJustNowIsLookedAt() throws {
        let look = ScriptedServer.Answer.json(#"{"belongsTo": {"device": "f60c28"}}"#)
        let server = try ScriptedServer([try signature(), look, look])
        defer { server.stop() }
        let authority = try X509CertificateAuthority.behind(server, owners: OwnerHabit())
        let made = try authority.sign(fixture.request, endEntity: "f60c28", password: "")
        for _ in 0..<2 { try authority.associate(made, with: device) }
        #expect(server.requests.map(\.method) == ["POST", "GET", "GET"])
    }

    @Test func aPatchIsRepeatedSinceItDoesNoHarm() throws {
        let server = try ScriptedServer([.json(#"{"belongsTo": {}}"#), .status(503), .status(204)])
        defer { server.stop() }
        try X509CertificateAuthority.behind(server).associate(fixture.certificate, with: device)
        #expect(server.requests.map(\.method) == ["GET", "PATCH", "PATCH"])
    }

    @Test func listsPageAfterPage() throws {
        let other = fixture.authority
        let server = try ScriptedServer([
            try page([(fixture.certificate, owner: "f60c28"), (other, owner: "a1b2c3")], of: 2),
            try page([(other, owner: "f60c28")], of: 2),
        ])
        defer { server.stop() }
        let found = try X509CertificateAuthority.behind(server).certificates(endEntity: "admin:f60c28")
        #expect(found == [fixture.certificate, other])
        #expect(
            server.requests.map(\.target)
                == (1...2).map {
                    "/x509/v1/certificates?page=\($0)&limit=100&fields=pem,belongsTo"
                        + "&belongsTo.device=f60c28&keyVal=belongsTo.device=f60c28"
                })
    }

    /// Up to 0.7 the filter is `belongsTo.device`, from 0.8 on `keyVal`; whichever is ignored, other devices' are dropped here.
    @Test func whatAFilterLetsThroughIsChecked() throws {
        let server = try ScriptedServer([
            try page([(fixture.authority, owner: "a1b2c3"), (fixture.certificate, owner: "f60c28")])
        ])
        defer { server.stop() }
        let found = try X509CertificateAuthority.behind(server).certificates(endEntity: "f60c28")
        #expect(found == [fixture.certificate])
        #expect(server.requests.count == 1)
    }

    /// Releases 0.5 and 0.6 associate nothing: the names in the certificates tell whose they are.
    @Test func findsWhatBelongsToNobodyByItsName() throws {
        let server = try ScriptedServer([
            try page([]), try page([(fixture.authority, owner: nil), (fixture.certificate, owner: nil)]),
        ])
        defer { server.stop() }
        let found = try X509CertificateAuthority.behind(server).certificates(endEntity: "admin:f60c28")
        #expect(found == [fixture.certificate])
        #expect(server.requests.last?.target.contains("belongsTo.device") == false)
    }

    /// The schema of 0.5 and 0.6 wants ten digits in the id of an owner, and their broker goes by the common name.
    @Test func ownersThatTheReleaseRefusesAreLeftOutFromThenOn() throws {
        let refusal = ScriptedServer.Answer.json(
            #"{"schema$id": "x", "schemaErrors": [{"dataPath": ".belongsTo.device", "message": "should match pattern"}]}"#,
            status: 400)
        let named = try fixture.certificate(named: "admin:f60c28")
        let signed = ScriptedServer.Answer.json(
            #"{"certificatePem": \#(try SigningFixture.json(named.pem))}"#, status: 201)
        let server = try ScriptedServer([
            refusal, signed, .json(#"{"fingerprint": "x"}"#), refusal, signed,
        ])
        defer { server.stop() }
        let authority = try X509CertificateAuthority.behind(server)
        for _ in 0..<2 {
            let made = try authority.sign(fixture.request, endEntity: "f60c28", password: "")
            #expect(try authority.associate(made, with: device) == false)
        }
        #expect(server.requests.map(\.method) == ["POST", "POST", "GET", "PATCH", "POST"])
        let last = try JSONDecoder().decode(Sent.self, from: Data(try #require(server.requests.last).body))
        #expect(last.belongsTo == nil)
    }

    /// The broker of 0.7 and later needs the owner: there a refusal is an error.
    @Test func anOwnerThatIsRefusedForACertificateWithoutTenantIsAnError() throws {
        let server = try ScriptedServer([
            .json(#"{"belongsTo": {}}"#),
            .json(
                #"{"error": "Input data schema validation failure.", "detail": {"schemaErrors": "#
                    + #"[{"dataPath": ".belongsTo.device", "message": "should match pattern"}]}}"#, status: 400),
        ])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try X509CertificateAuthority.behind(server).associate(fixture.certificate, with: device)
        }
        #expect(error?.code == .requestRefused)
    }

    @Test func findsACertificateThatBelongsToNobodyByItsKey() throws {
        let server = try ScriptedServer([
            try page([]), try page([(fixture.authority, owner: nil), (fixture.certificate, owner: nil)]),
        ])
        defer { server.stop() }
        let found = try X509CertificateAuthority.behind(server).certificates(
            for: fixture.certificate.publicKey, endEntity: "f60c28")
        #expect(found == [fixture.certificate])
    }

    @Test func fetchesAuthorityAndList() throws {
        let list = try fixture.revocationList()
        let server = try ScriptedServer([
            .json(#"{"caPem": \#(try SigningFixture.json(fixture.authority.pem)), "certificateFingerprint": "x"}"#),
            .json(#"{"crl": \#(try SigningFixture.json(list.pem))}"#),
        ])
        defer { server.stop() }
        let authority = try X509CertificateAuthority.behind(server)
        #expect(try authority.caCertificate(named: "IOTmidCA") == fixture.authority)
        #expect(try authority.revocationList(named: "IOTmidCA", isNew: true).der == list.der)
        #expect(server.requests.map(\.target) == ["/x509/v1/ca", "/x509/v1/ca/crl"])
    }

    @Test func revokesByFingerprint() throws {
        let server = try ScriptedServer([.status(204)])
        defer { server.stop() }
        try X509CertificateAuthority.behind(server).revoke(
            fixture.certificate, caName: "IOTmidCA", reason: .keyCompromise)
        #expect(server.requests.map { "\($0.method) \($0.target)" } == ["DELETE /x509/v1/certificates/\(fingerprint)"])
    }

    @Test(arguments: [true, false])
    func whatIsGoneIsRevokedWhereTheListSaysSo(isListed: Bool) throws {
        let list = try fixture.revocationList(naming: isListed ? [fixture.certificate] : [])
        let server = try ScriptedServer([
            .json(#"{"message": "No records found for the following parameters: {}"}"#, status: 404),
            .json(#"{"crl": \#(try SigningFixture.json(list.pem))}"#),
            .json(#"{"caPem": \#(try SigningFixture.json(fixture.authority.pem))}"#),
        ])
        defer { server.stop() }
        let standing = try X509CertificateAuthority.behind(server).standing(
            of: fixture.certificate, caName: "IOTmidCA")
        #expect(standing.state == (isListed ? .revoked(.keyCompromise) : .unknown))
    }

    @Test func anotherGenerationHasNoSuchRoute() throws {
        let answer = ScriptedServer.Answer.json(#"{"message": "no Route matched with those values"}"#, status: 404)
        let server = try ScriptedServer([answer])
        defer { server.stop() }
        let authority = try X509CertificateAuthority.behind(server)
        let calls: [() throws -> Void] = [
            { _ = try authority.caCertificate(named: "IOTmidCA") },
            { _ = try authority.sign(fixture.request, endEntity: "f60c28", password: "") },
            { _ = try authority.associate(fixture.certificate, with: DeviceName("f60c28")) },
            { try authority.revoke(fixture.certificate, caName: "IOTmidCA", reason: .unspecified) },
        ]
        for call in calls {
            let error = #expect(throws: DojotError.self) { try call() }
            #expect(error?.code == .noRoute)
        }
    }

    @Test func namesFollowTheTenant() throws {
        let server = try ScriptedServer([.silence])
        defer { server.stop() }
        let authority = try X509CertificateAuthority.behind(server)
        #expect(authority.requestNames(of: try DeviceName("admin:f60c28"), tenant: "admin") == ["f60c28"])
        #expect(authority.certificateNames(forRequest: "f60c28", tenant: "admin") == ["f60c28", "admin:f60c28"])
        #expect(authority.platform.usualBroker == .vernemq)
        for kind in [KeyAlgorithm.rsa(bits: 2048), .p256, .p384, .p521] { #expect(authority.platform.accepts(kind)) }
        for kind in [KeyAlgorithm.rsa(bits: 1024), .other("ED25519")] { #expect(!authority.platform.accepts(kind)) }
        for kind in [KeyAlgorithm.p256, .other("ED25519")] { #expect(!PlatformGeneration.ejbca.accepts(kind)) }
    }
}
