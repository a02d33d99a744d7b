import Foundation
import PKI
import TestSupport
import Testing

@Suite struct AuthorityTests {
    @Test func theAuthorityShowsItselfAndItsList() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        struct List: Decodable {
            struct Authority: Decodable {
                let id: Int
                let name: String
            }
            let authorities: [Authority]
            enum CodingKeys: String, CodingKey { case authorities = "CAs" }
        }
        let list = try decode(List.self, sandbox.request("GET", "/ca", token: token).body)
        #expect(list.authorities.map(\.name) == ["IOTmidCA"])
        let answer = try decode([String: String].self, sandbox.request("GET", "/ca/IOTmidCA", token: token).body)
        let base64 = try #require(answer["certificate"])
        #expect(base64.contains("\n") && !base64.contains("-----") && !base64.contains("\r"))
        let certificate = try Certificate(der: Base64.decode(base64))
        #expect(certificate.isCertificateAuthority)
        #expect(certificate.isSigned(by: certificate))
        let unknown = try sandbox.request("GET", "/ca/Nobody", token: token)
        #expect(unknown.status == 400)
        #expect(unknown.body.contains("soap message: CA with name Nobody does not exist."))
    }

    @Test func aRevokedCertificateIsOnTheListWithItsReason() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token)
        let serial = try device.serialNumber()
        let path = "/ca/IOTmidCA/certificate/\(serial)"
        let authority = try Certificate(pem: Array(device.folder.read("ca.crt").utf8))

        #expect(try sandbox.request("GET", path + "/status", token: token).body.contains(#""reason":"NOTREVOKED""#))
        #expect(try list(sandbox, token).entries.isEmpty)
        #expect(try sandbox.request("GET", path, token: token).body.contains("certificateData"))
        #expect(try sandbox.request("DELETE", path + "?reason=NONSENSE", token: token).status == 400)
        #expect(try sandbox.request("DELETE", path + "?reason=KEYCOMPROMISE", token: token).status == 200)
        let again = try sandbox.request(
            "DELETE", path.lowercased().replacingOccurrences(of: "iotmidca", with: "IOTmidCA"), token: token)
        #expect(again.status == 400)
        #expect(again.body.contains("already revoked"))

        let after = try list(sandbox, token)
        #expect(after.isSigned(by: authority))
        let number = try #require(SerialNumber(hexadecimal: serial))
        #expect(after.entry(serialNumber: number)?.reason == .keyCompromise)
        #expect(try sandbox.request("GET", path + "/status", token: token).body.contains(#""reason":"KEYCOMPROMISE""#))
        #expect(try sandbox.request("PUT", "/ca/IOTmidCA/crl", token: token).status == 200)
        #expect(try list(sandbox, token).number?.decimal != after.number?.decimal)
        for path in ["/ca/IOTmidCA/certificate/00FF", "/ca/IOTmidCA/certificate/00FF/status"] {
            #expect(try sandbox.request("GET", path, token: token).status == 404)
        }
        #expect(try sandbox.request("DELETE", "/ca/IOTmidCA/certificate/00FF", token: token).status == 400)
    }

    @Test func listsAskedForAtOnceAreAllMade() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let before = try #require(try list(sandbox, token).number?.decimal).trimmingCharacters(in: .whitespaces)
        let words = [
            "-sS", "-f", "-Z", "--parallel-max", "8", "-o", "/dev/null", "-H", "Authorization: Bearer \(token)",
        ]
        let url = sandbox.ready.gateway + "/ca/IOTmidCA/crl?update=true&n=[1-40]"
        let outcome = try Child.run("/usr/bin/curl", words + [url], timeout: 30)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let after = try #require(try list(sandbox, token).number?.decimal)
        #expect(Int(after) == (Int(before) ?? 0) + 40)
    }

    @Test func anEndEntityIsFoundWithItsCertificatesAndDeleted() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        #expect(try sandbox.request("GET", "/user/f60c28/find?valid=true", token: token).status == 404)
        let device = try Enrolled(sandbox, token: token)
        struct Found: Decodable {
            struct Data: Decodable { let certificateData: String }
            let certs: [Data]
        }
        let found = try decode(Found.self, sandbox.request("GET", "/user/f60c28/find?valid=true", token: token).body)
        let own = try Certificate(pem: Array(device.folder.read("device.crt").utf8))
        #expect(try found.certs.map { try Certificate(der: Base64.decode($0.certificateData)) } == [own])

        #expect(try sandbox.request("DELETE", "/user/f60c28?reason=SUPERSEDED", token: token).status == 200)
        #expect(try list(sandbox, token).entries.map(\.reason) == [.superseded])
        #expect(try sandbox.request("GET", "/user/f60c28/find?valid=true", token: token).status == 404)
        #expect(try sandbox.request("GET", "/user/f60c28/find", token: token).status == 200)
        #expect(try sandbox.request("GET", "/user/f60c28", token: token).body.contains(#""status":50"#))
        #expect(try sandbox.request("DELETE", "/user/f60c28?delete=true", token: token).status == 200)
        #expect(try sandbox.request("GET", "/user/f60c28", token: token).status == 404)
    }

    @Test func anEndEntityOfOnesOwnIsMadeWithDefaultsAndEdited() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let table: [(body: String, status: Int)] = [
            (#"{"username": "gateway7"}"#, 200), ("{}", 400), (#"{"username": "x", "caName": "Other"}"#, 400),
            (#"{"username": "x", "certificateProfileName": "Other"}"#, 400), (#"{"username": "x", "status": 3}"#, 400),
            (#"{"username": "gateway8", "password": "pw", "subjectDN": "CN=gate,O=dojot"}"#, 200),
        ]
        for row in table {
            #expect(try sandbox.request("POST", "/user", json: row.body, token: token).status == row.status, "\(row)")
        }
        let made = try sandbox.request("GET", "/user/gateway7", token: token).body
        for part in [#""status":10"#, #""subjectDN":"CN=gateway7""#, #""tokenType":"USERGENERATED""#] {
            #expect(made.contains(part), "\(made)")
        }
        let folder = try TemporaryFolder()
        let request = try Enrolled.makeRequest(in: folder, subject: "/CN=whatever")
        let answer = try sandbox.sign(request, as: "gateway8", password: "pw", token: token)
        let certificate = try Certificate(der: Base64.decode(Signed(answer.body).status.data))
        #expect(certificate.subject.description == "CN = gate, O = dojot")
    }

    private func list(_ sandbox: RunningSandbox, _ token: String) throws -> CertificateRevocationList {
        let answer = try sandbox.request("GET", "/ca/IOTmidCA/crl", token: token).body
        let base64 = try #require(try decode([String: String].self, answer)["CRL"])
        #expect(!base64.contains("\n"))
        return try CertificateRevocationList(der: Base64.decode(base64))
    }
}
