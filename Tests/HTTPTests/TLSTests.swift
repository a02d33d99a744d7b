import Foundation
import HTTP
import PKI
import TestSupport
import Testing

/// Who is believed over TLS, and what is said of the others.
@Suite struct TLSTests {
    private func failure(
        _ url: String, _ trust: HTTPTrust, seconds: Double = 10
    ) -> HTTPError? {
        #expect(throws: HTTPError.self) {
            try HTTPClient(trust: trust).send(
                HTTPRequest(.get, url), deadline: Deadline(seconds: seconds), retry: .never)
        }
    }

    @Test func anAuthorityOfOnesOwnIsBelieved() throws {
        let server = try TLSServer()
        defer { server.stop() }
        for host in ["localhost", "127.0.0.1"] {
            let response = try HTTPClient(trust: .authority(file: server.authorityFile)).send(
                HTTPRequest(.get, server.url(host: host)), deadline: Deadline(seconds: 10))
            #expect(response.status == 200)
            #expect(String(decoding: response.body, as: UTF8.self).contains("TLSv1.3"))
        }
    }

    @Test func whereNothingIsCheckedAnythingIsBelieved() throws {
        let server = try TLSServer(
            TLSServer.Identity(names: [.dns("elsewhere.example")], notBefore: -7200, notAfter: -3600))
        defer { server.stop() }
        let response = try HTTPClient(trust: .none).send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(response.status == 200)
    }

    @Test func theSystemDoesNotKnowAnAuthorityOfOnesOwn() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let error = failure(server.url(), .system)
        #expect(error?.code == .tls(.unknownAuthority))
        #expect(
            error?.reason
                == "the server's certificate is not trusted: self-signed certificate in certificate chain")
        #expect(error?.isTransient == false)
    }

    @Test func anotherAuthorityIsNotBelieved() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let other = try TLSServer()
        defer { other.stop() }
        #expect(failure(server.url(), .authority(file: other.authorityFile))?.code == .tls(.unknownAuthority))
    }

    @Test func anAuthorityOfOnesOwnIsTheOnlyOne() throws {
        // The machine's own authorities are still there for others: only a file that is given takes their place.
        let bundle = "/etc/ssl/certs/ca-certificates.crt"
        let server = try TLSServer()
        defer { server.stop() }
        #expect(failure(server.url(), .authority(file: bundle))?.code == .tls(.unknownAuthority))
    }

    @Test func aCertificateForOthersIsNamedWithThem() throws {
        let server = try TLSServer(
            TLSServer.Identity(names: [.dns("dojot.example"), .dns("mydomain.com"), .ip("192.0.2.7")]))
        defer { server.stop() }
        let byName = failure(server.url(), .authority(file: server.authorityFile))
        #expect(byName?.code == .tls(.hostName))
        #expect(
            byName?.reason
                == "the server's certificate is not for localhost, but for dojot.example, mydomain.com, 192.0.2.7")
        let byAddress = failure(server.url(host: "127.0.0.1"), .authority(file: server.authorityFile))
        #expect(byAddress?.code == .tls(.hostName))
        #expect(byAddress?.reason.contains("not for 127.0.0.1, but for dojot.example") == true)
    }

    @Test(arguments: [
        (
            Int64(-7200), Int64(-3600), TLSFailure.expired,
            "the server's certificate has expired, by this machine's clock"
        ),
        (3600, 7200, .notYetValid, "the server's certificate is not valid yet, by this machine's clock"),
    ])
    func datesAreToldByName(notBefore: Int64, notAfter: Int64, failure expected: TLSFailure, reason: String) throws {
        let server = try TLSServer(TLSServer.Identity(notBefore: notBefore, notAfter: notAfter))
        defer { server.stop() }
        let error = failure(server.url(), .authority(file: server.authorityFile))
        #expect(error?.code == .tls(expected))
        #expect(error?.reason == reason)
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func versionsBefore12AreRefused(version: String) throws {
        let server = try TLSServer(options: [version, "-cipher", "ALL:@SECLEVEL=0"])
        defer { server.stop() }
        for trust in [HTTPTrust.authority(file: server.authorityFile), .none] {
            #expect(failure(server.url(), trust)?.code == .tls(.tooOld))
        }
    }

    @Test func version12IsTaken() throws {
        let server = try TLSServer(options: ["-tls1_2"])
        defer { server.stop() }
        let response = try HTTPClient(trust: .authority(file: server.authorityFile)).send(
            HTTPRequest(.get, server.url()), deadline: Deadline(seconds: 10))
        #expect(String(decoding: response.body, as: UTF8.self).contains("TLSv1.2"))
    }

    @Test func aServerThatWantsACertificateOfOursSaysSo() throws {
        let server = try TLSServer(options: ["-Verify", "1", "-verify_return_error", "-tls1_2"])
        defer { server.stop() }
        #expect(
            failure(server.url(), .authority(file: server.authorityFile))?.code == .tls(.refusedByServer))
    }

    @Test func plainHTTPBehindAnHTTPSUrl() throws {
        // openssl without TLS options cannot play this one: nginx is what stands before dojot.
        let plain = try PlainNginx()
        defer { plain.stop() }
        let error = failure("https://127.0.0.1:\(plain.port)/", .none)
        #expect(error?.code == .tls(.notTLS))
        #expect(error?.reason == "the server speaks no TLS on port \(plain.port)")
    }

    @Test func plainHTTPToATLSPort() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let error = failure("http://localhost:\(server.port)/", .system)
        #expect(error != nil)
        #expect(error?.code == .connectionLost || error?.code == .notHTTP)
    }

    @Test func anAuthorityFileThatIsNotThereOrNone() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let missing = failure(server.url(), .authority(file: folder.path("missing.pem")))
        #expect(missing?.code == .authorityFileMissing)
        #expect(
            missing?.reason
                == "certificate authority file \(folder.path("missing.pem")): no such file or directory")
        for content in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let file = try folder.write(content, to: "ca.pem")
            #expect(failure(server.url(), .authority(file: file))?.code == .authorityFileInvalid)
        }
    }

    @Test func aHandshakeThatDoesNotEndMeetsTheDeadline() throws {
        let server = try ScriptedServer([.silence])
        defer { server.stop() }
        let error = failure("https://127.0.0.1:\(server.port)/", .none, seconds: 0.5)
        #expect(error?.code == .timedOut)
    }
}
