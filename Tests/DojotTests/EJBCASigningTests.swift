import Dojot
import Foundation
import HTTP
import PKI
import TestSupport
import Testing

/// `POST /sign/NAME/pkcs10`: what is sent, what is understood, what is refused.
@Suite struct EJBCASigningTests {
    private let fixture: SigningFixture

    init() throws {
        fixture = try SigningFixture.shared.get()
    }

    private func sign(_ answers: [ScriptedServer.Answer], endEntity: String = "f60c28") throws -> Certificate {
        let server = try ScriptedServer(answers)
        defer { server.stop() }
        return try EJBCACertificateAuthority.behind(server).sign(
            fixture.request, endEntity: endEntity, password: "dojot")
    }

    @Test func asksAsTheApiSays() throws {
        struct Content: Decodable {
            let passwd: String
            let certificate: String
        }
        let data = Base64.encode(fixture.certificate.der, lineLength: 64)
        let server = try ScriptedServer([.json(try SigningFixture.signature(data))])
        defer { server.stop() }
        let authority = try EJBCACertificateAuthority.behind(server)
        let certificate = try authority.sign(fixture.request, endEntity: "admin:f60c28", password: "dojot")
        #expect(certificate == fixture.certificate)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/sign/admin:f60c28/pkcs10")
        #expect(request.field("Content-Type") == "application/json")
        #expect(request.field("Authorization") == "Bearer \(authority.session.token.secret.text)")
        let content = try JSONDecoder().decode(Content.self, from: Data(request.body))
        #expect(content.passwd == "dojot")
        // The base64 between the PEM lines, with no line breaks.
        let lines = String(decoding: fixture.request.pem, as: UTF8.self).split(separator: "\n")
        #expect(content.certificate == lines.dropFirst().dropLast().joined())
        #expect(!request.text.contains("\\/"))
    }

    @Test(arguments: ["CERTIFICATE", "PKCS7"], ["LF", "CRLF", "none", "LF at the end"])
    func bothTypesWithAnyLineBreaksAreUnderstood(type: String, breaks: String) throws {
        let der =
            type == "PKCS7"
            ? try PKCS7.degenerate(certificates: [fixture.authority, fixture.certificate]) : fixture.certificate.der
        var data = Base64.encode(der, lineLength: breaks == "none" ? nil : 76)
        if breaks == "CRLF" { data = data.replacingOccurrences(of: "\n", with: "\r\n") }
        if breaks == "LF at the end" { data += "\n" }
        // Of a PKCS #7 the certificate with our key is taken, whatever its place.
        #expect(try sign([.json(try SigningFixture.signature(data, type: type))]) == fixture.certificate)
    }

    @Test(arguments: [
        ("Wrong username or password", DojotError.Code.unknownDevice),
        ("User not found to renew..", .unknownDevice),
        ("Got request for nonexisting user: f60c28", .unknownDevice),
        ("Got invalid password for user: f60c28", .wrongEndEntityPassword),
        ("Wrong password for user.", .wrongEndEntityPassword),
        ("Got request with status GENERATED (40), NEW, FAILED or INPROCESS required: f60c28.", .wrongState),
        ("Illegal key length 1024, certificate profile requires 2048", .requestRefused),
        ("CA with name NOCA does not exist.", .unknownCA),
        ("something that no release said yet", .requestRefused),
    ])
    func refusalsAreToldApartByTheirWords(words: String, code: DojotError.Code) throws {
        let error = #expect(throws: DojotError.self) { try sign([SigningFixture.refusal(words)]) }
        #expect(error?.code == code)
        #expect(error?.status == 400)
        let said = String(words.reversed().drop { $0 == "." }.reversed())
        #expect(error?.serverWords == said)
        #expect(error?.message.hasPrefix("cannot have the certificate request of f60c28 signed: ") == true)
        #expect(error?.message.contains(said) == true)
    }

    @Test(arguments: [
        (#"{"user": [{"username": "f60c28", "status": 10}]}"#, 200, DojotError.Code.wrongEndEntityPassword),
        (#"{"user": []}"#, 200, .unknownDevice),
        // One release has it inverted: a 404 says nothing.
        (#"{"message": "soap message: User f60c28 not found.", "status": 404}"#, 404, .unknownDevice),
        ("", 503, .unknownDevice),
    ])
    func wordsThatMayMeanThePasswordAreLookedInto(body: String, status: Int, code: DojotError.Code) throws {
        let server = try ScriptedServer([
            SigningFixture.refusal("Wrong username or password"), .json(body, status: status),
        ])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).sign(fixture.request, endEntity: "f60c28", password: "x")
        }
        #expect(error?.code == code)
        #expect(error?.status == 400)
        #expect(error?.serverWords == "Wrong username or password")
        #expect(error?.message.contains("password is another (Wrong username or password)") == true)
        #expect(server.requests.map(\.target) == ["/sign/f60c28/pkcs10", "/user/f60c28"])
    }

    @Test func refusalsBy404MeanTheSame() throws {
        let error = #expect(throws: DojotError.self) {
            try sign([SigningFixture.refusal("User not found to renew..", status: 404)])
        }
        #expect(error?.code == .unknownDevice)
        let route = #expect(throws: DojotError.self) {
            try sign([.json(#"{"message": "no Route matched with those values"}"#, status: 404)])
        }
        #expect(route?.code == .noRoute)
    }

    @Test(arguments: [
        (401, #"{"message": "Unauthorized"}"#, DojotError.Code.unauthorized),
        (403, #"{"message": "Access denied"}"#, .forbidden),
        (413, "<html><head><title>413 Request Entity Too Large</title></head></html>", .requestRefused),
        (500, "", .serverFailure),
        (502, "<html><head><title>502 Bad Gateway</title></head></html>", .unavailable),
        (504, "", .unavailable),
        (429, "", .rateLimited),
        (302, "", .protocolViolation),
        (201, "{}", .protocolViolation),
        (204, "", .protocolViolation),
    ])
    func otherStatusesMeanWhatTheyMeanEverywhere(status: Int, body: String, code: DojotError.Code) throws {
        let error = #expect(throws: DojotError.self) { try sign([.json(body, status: status)]) }
        #expect(error?.code == code)
    }

    @Test func whatIsNoCertificateBreaksTheProtocol() throws {
        let good = Base64.encode(fixture.certificate.der)
        let answers = [
            try SigningFixture.signature(good, type: "CHAIN"), try SigningFixture.signature("", type: "CERTIFICATE"),
            try SigningFixture.signature("****"), try SigningFixture.signature(String(good.dropLast(8))),
            try SigningFixture.signature(good, type: "PKCS7"), try SigningFixture.signature("", type: "PKCS7"),
            try SigningFixture.signature(Base64.encode(PKCS7.degenerate(certificates: [])), type: "PKCS7"),
            try SigningFixture.signature(Base64.encode(fixture.request.der)),
            #"{"status": {"data": "x"}}"#, #"{"status": "ok"}"#, "[]", "null", "",
        ]
        for answer in answers {
            let error = #expect(throws: DojotError.self) { try sign([.json(answer)]) }
            #expect(error?.code == .protocolViolation, "\(answer.prefix(80)): \(error?.message ?? "")")
        }
    }

    @Test func aSignatureWhoseAnswerWasLostIsNotAskedForTwice() throws {
        let server = try ScriptedServer([.reset, .json("{}")])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).sign(fixture.request, endEntity: "f60c28", password: "dojot")
        }
        #expect(error?.code == .transport(.connectionLost))
        #expect(server.requests.count == 1)
    }

    @Test func aBusyGatewayIsAskedAgain() throws {
        let answer = try SigningFixture.signature(Base64.encode(fixture.certificate.der))
        #expect(try sign([.status(503), .status(429), .json(answer)]) == fixture.certificate)
    }

    @Test(arguments: ["../x", "a/b", "", "a:b:c", "x?y"])
    func aNameThatIsNoneIsNeverSent(name: String) throws {
        let server = try ScriptedServer([.json("{}")])
        defer { server.stop() }
        let authority = try EJBCACertificateAuthority.behind(server)
        let calls: [() throws -> Void] = [
            { _ = try authority.sign(fixture.request, endEntity: name, password: "dojot") },
            { _ = try authority.certificates(endEntity: name) },
            { _ = try authority.reset(endEntity: name, password: "dojot", caName: "IOTmidCA") },
            { _ = try authority.reset(endEntity: "f60c28", password: "dojot", caName: name) },
            { _ = try authority.caCertificate(named: name) },
        ]
        for call in calls {
            let error = #expect(throws: DojotError.self) { try call() }
            #expect(error?.code == .invalidName)
        }
        #expect(server.requests.isEmpty)
    }
}
