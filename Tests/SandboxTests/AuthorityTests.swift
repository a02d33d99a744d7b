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
        #expect(list.authorities.map(\.id) == [1_112_807_594])
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
        let path = "/ca/CN%3DIOTmidCA/certificate/\(serial)"
        let authority = try Certificate(pem: Array(device.folder.read("ca.crt").utf8))

        #expect(try sandbox.request("GET", path + "/status", token: token).body.contains(#""reason":"NOTREVOKED""#))
        #expect(try list(sandbox, token).entries.isEmpty)
        #expect(try sandbox.request("GET", path, token: token).body.contains("certificateData"))
        #expect(try sandbox.request("DELETE", path + "?reason=NONSENSE", token: token).status == 400)
        #expect(try sandbox.request("DELETE", path + "?reason=KEYCOMPROMISE", token: token).status == 200)
        let again = try sandbox.request("DELETE", "/ca/CN=IOTmidCA/certificate/\(serial.lowercased())", token: token)
        #expect(again.status == 400)
        let number = serial.lowercased().drop { $0 == "0" }
        #expect(again.body.contains("Certificate is already revoked. Issuer: 'CN=IOTmidCA', serno: \(number)."))

        let after = try list(sandbox, token)
        #expect(after.isSigned(by: authority))
        let revoked = try #require(SerialNumber(hexadecimal: serial))
        #expect(after.entry(serialNumber: revoked)?.reason == .keyCompromise)
        #expect(try sandbox.request("GET", path + "/status", token: token).body.contains(#""reason":"KEYCOMPROMISE""#))
        #expect(try sandbox.request("PUT", "/ca/IOTmidCA/crl", token: token).status == 200)
        #expect(try list(sandbox, token).number?.decimal != after.number?.decimal)
        let unknown = "/ca/CN=IOTmidCA/certificate/00FF"
        let none = try sandbox.request("GET", unknown, token: token)
        #expect(none.status == 404 && none.body.contains("no certificates found"))
        let refused = try sandbox.request("DELETE", unknown, token: token)
        #expect(refused.status == 400)
        #expect(
            refused.body.contains(
                "soap message: Could not find end entity certificate. Issuer CN=IOTmidCA, serialNo ff."))
        // One that does not exist is not revoked either.
        let status = try sandbox.request("GET", unknown + "/status", token: token)
        #expect(status.body == #"{"status":{"date":"1969-12-31T23:59:59.999000+00:00","reason":"NOTREVOKED"}}"#)
    }

    /// EJBCA takes the issuer's distinguished name, in any order, for which it has a number, and no other name.
    @Test(arguments: [
        ("CN=IOTmidCA", nil), ("CN%3DIOTmidCA", nil), ("cn=IOTmidCA", nil), ("IOTmidCA", 0),
        ("CN=PROTOCOL", -1_371_917_878),
        ("CN=IOTmidCA,O=EJBCA%20IOT,C=SE", 576_968_287), ("C=SE,%20O=EJBCA%20IOT,%20CN=IOTmidCA", 576_968_287),
    ])
    func certificatesAreFoundByTheirIssuersDistinguishedName(issuer: String, number: Int?) throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token)
        let path = try "/ca/\(issuer)/certificate/\(device.serialNumber())"
        for (method, path) in [("GET", path), ("GET", path + "/status"), ("DELETE", path)] {
            let answer = try sandbox.request(method, path, token: token)
            #expect(answer.status == (number == nil ? 200 : 400), "\(method) \(path): \(answer.body)")
            let reason = "soap message: Could not find CA with name null and ID \(number ?? 0)"
            #expect((answer.body == #"{"message":"\#(reason)","status":400}"#) == (number != nil), "\(answer.body)")
        }
    }

    @Test func theReleasesOf04CannotShowACertificate() throws {
        let sandbox = try RunningSandbox.start(["--ejbca-rest", "0.4"])
        let token = try sandbox.logIn()
        let find = "/user/f60c28/find"
        #expect(try sandbox.request("GET", find, token: token).status == 404)
        let device = try Enrolled(sandbox, token: token)
        let path = try "/ca/CN=IOTmidCA/certificate/\(device.serialNumber())"
        for path in [find, path] {
            let answer = try sandbox.request("GET", path, token: token)
            #expect(answer.status == 500 && answer.body.contains("<h1>Internal Server Error</h1>"), "\(answer)")
        }
        #expect(try sandbox.request("GET", path + "/status", token: token).body.contains("NOTREVOKED"))
        #expect(try sandbox.request("DELETE", path, token: token).status == 200)
        // By itself it looks for valid certificates.
        #expect(try sandbox.request("GET", find, token: token).status == 404)
        #expect(try sandbox.request("GET", find + "?valid=false", token: token).status == 500)
    }

    @Test func listsAskedForAtOnceAreAllMade() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let before = try #require(try list(sandbox, token).number?.decimal).trimmingCharacters(in: .whitespaces)
        let words = [
            "-sS", "-f", "-Z", "--parallel-max", "8", "-o", "/dev/null", "-H", "Authorization: Bearer \(token)",
        ]
        let url = sandbox.ready.gateway + "/ca/IOTmidCA/crl?n=[1-40]"
        let outcome = try Child.run("/usr/bin/curl", ["-X", "PUT"] + words + [url], timeout: 30)
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
        #expect(try sandbox.request("GET", "/user/f60c28/find", token: token).status == 404)
        #expect(try sandbox.request("GET", "/user/f60c28/find?valid=False", token: token).status == 200)
        #expect(try sandbox.request("GET", "/user/f60c28", token: token).body.contains(#""status":50"#))
        // Beside a reason, `delete` is not read.
        let both = "/user/f60c28?reason=SUPERSEDED&delete=true"
        #expect(try sandbox.request("DELETE", both, token: token).status == 200)
        #expect(try sandbox.request("GET", "/user/f60c28", token: token).status == 200)
        #expect(try sandbox.request("DELETE", "/user/f60c28?delete=true", token: token).status == 200)
        let gone = try sandbox.request("GET", "/user/f60c28", token: token)
        #expect(gone.status == 404 && gone.body == #"{"message":"no certificates found","status":404}"#)
        #expect(try sandbox.request("DELETE", "/user/f60c28", token: token).status == 400)
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
