import Dojot
import Foundation
import HTTP
import PKI
import TestSupport
import Testing

/// The other routes of EJBCA-REST: authorities, an end entity's certificates, its state.
@Suite struct EJBCALookupTests {
    private let fixture: SigningFixture

    init() throws {
        fixture = try SigningFixture.shared.get()
    }

    @Test func fetchesAnAuthoritysCertificate() throws {
        let data = Base64.encode(fixture.authority.der, lineLength: 64).replacingOccurrences(of: "\n", with: "\\n")
        let server = try ScriptedServer([.json(#"{"certificate": "\#(data)"}"#)])
        defer { server.stop() }
        #expect(try EJBCACertificateAuthority.behind(server).caCertificate(named: "IOTmidCA") == fixture.authority)
        #expect(server.requests.map(\.method) == ["GET"])
        #expect(server.requests.map(\.target) == ["/ca/IOTmidCA"])
    }

    @Test func anUnknownAuthorityIsNamedWithThoseThatThereAre() throws {
        let server = try ScriptedServer([
            SigningFixture.refusal("CA with name NOCA does not exist."),
            .json(#"{"CAs": [{"id": 576968287, "name": "IOTmidCA"}, {"id": -1, "name": "Management\u001bCA"}]}"#),
        ])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).caCertificate(named: "NOCA")
        }
        #expect(error?.code == .unknownCA)
        #expect(error?.knownNames == ["IOTmidCA", "Management CA"])
        #expect(
            error?.message
                == "cannot fetch the certificate of CA NOCA: the platform says: CA with name NOCA does not exist")
        #expect(server.requests.map(\.target) == ["/ca/NOCA", "/ca"])
        #expect(server.requests.map(\.connection) == [1, 1])
    }

    @Test func aListThatCannotBeHadChangesNothing() throws {
        let server = try ScriptedServer([
            SigningFixture.refusal("CA with name NOCA does not exist.", status: 404), .status(503),
        ])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).caCertificate(named: "NOCA")
        }
        #expect(error?.code == .unknownCA)
        #expect(error?.knownNames == [])
        #expect(server.requests.count == 2)
    }

    @Test func findsAnEndEntitysCertificates() throws {
        let data = Base64.encode(fixture.certificate.der)
        let server = try ScriptedServer([
            .json(#"{"certs": [{"certificateData": "\#(data)", "type": "x"}, {"certificateData": "\#(data)"}]}"#)
        ])
        defer { server.stop() }
        let found = try EJBCACertificateAuthority.behind(server).certificates(endEntity: "admin:f60c28")
        #expect(found == [fixture.certificate, fixture.certificate])
        #expect(server.requests.map(\.target) == ["/user/admin:f60c28/find?valid=true"])
    }

    @Test func noneIsNoError() throws {
        for answer in [SigningFixture.refusal("no certificates found", status: 404), .json(#"{"certs": []}"#)] {
            let server = try ScriptedServer([answer])
            defer { server.stop() }
            #expect(try EJBCACertificateAuthority.behind(server).certificates(endEntity: "f60c28").isEmpty)
        }
    }

    @Test(arguments: [
        (500, "", DojotError.Code.serverFailure),
        (404, #"{"message": "no Route matched with those values"}"#, .noRoute),
        (400, #"{"message": "soap message: User not found: f60c28", "status": 400}"#, .unknownDevice),
        (401, #"{"message": "Unauthorized"}"#, .unauthorized),
        (200, #"{"certs": [{"certificateData": "AAAA"}]}"#, .protocolViolation),
    ])
    func otherAnswersAreErrors(status: Int, body: String, code: DojotError.Code) throws {
        let server = try ScriptedServer([.json(body, status: status)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).certificates(endEntity: "f60c28")
        }
        #expect(error?.code == code)
    }

    @Test func setsAnEndEntityToNew() throws {
        let server = try ScriptedServer([.reset, .json(#"{"message": "ok", "status": 200}"#)])
        defer { server.stop() }
        try EJBCACertificateAuthority.behind(server).reset(
            endEntity: "admin:f60c28", password: "dojot", caName: "IOTmidCA")
        // Setting it twice does no harm, so a lost answer is asked for again.
        #expect(server.requests.count == 2)
        let request = try #require(server.requests.last)
        #expect(request.method == "POST")
        #expect(request.target == "/user")
        #expect(
            request.text
                == #"{"caName":"IOTmidCA","password":"dojot","status":10,"username":"admin:f60c28"}"#)
    }

    @Test func anExpiredTokenIsSaidToBeOne() throws {
        let server = try ScriptedServer([.json(#"{"message": "Unauthorized"}"#, status: 401)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).caCertificate(named: "IOTmidCA")
        }
        #expect(error?.code == .unauthorized)
        #expect(error?.isLogin == false)
        #expect(
            error?.message
                == "cannot fetch the certificate of CA IOTmidCA: the gateway answers 401 Unauthorized: Unauthorized "
                + "(the token is wrong or has expired)")
    }

    @Test func aHugeAnswerIsRefused() throws {
        let server = try ScriptedServer([
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + String(repeating: "A", count: 2_000_000))
        ])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server).caCertificate(named: "IOTmidCA")
        }
        #expect(error?.code == .transport(.tooLarge))
    }

    @Test func theWholeOfOneRequestMeetsItsTimeout() throws {
        let server = try ScriptedServer([.silence])
        defer { server.stop() }
        let clock = Deadline(seconds: 100)
        let error = #expect(throws: DojotError.self) {
            try EJBCACertificateAuthority.behind(server, timeout: 0.5).caCertificate(named: "IOTmidCA")
        }
        #expect(error?.code == .transport(.timedOut))
        #expect(100 - clock.remaining < 3)
    }
}
