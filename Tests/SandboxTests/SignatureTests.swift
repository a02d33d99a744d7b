import Foundation
import TestSupport
import Testing

@Suite struct SignatureTests {
    @Test func aSignedCertificateIsAsTheProfileHasIt() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token, names: ["DNS:device.example", "IP:10.1.2.3"])
        let verified = try Child.run(
            "/usr/bin/openssl", ["verify", "-x509_strict", "-CAfile", device.authority, device.certificate])
        #expect(verified.stdout.hasSuffix(": OK\n"), "\(verified.stderr)")
        let text = try device.describe("-text", "-nameopt", "oneline")
        for part in [
            "Subject: CN = f60c28\n", "Issuer: CN = IOTmidCA\n", "DNS:device.example, IP Address:10.1.2.3",
            "X509v3 Key Usage: \n                Digital Signature, Non Repudiation, Key Encipherment\n",
            "X509v3 Basic Constraints: \n                CA:FALSE\n", "sha256WithRSAEncryption",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        let keys = try Child.run("/usr/bin/openssl", ["pkey", "-in", device.key, "-pubout"]).stdout
        #expect(try device.describe("-pubkey") == keys)
    }

    @Test func aSignatureIsGivenOnceUntilTheEndEntityIsNewAgain() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        let request = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        #expect(try status(of: "f60c28", sandbox, token) == 10)
        #expect(try sandbox.sign(request, as: "f60c28", token: token).status == 200)
        #expect(try status(of: "f60c28", sandbox, token) == 40)
        let second = try sandbox.sign(request, as: "f60c28", token: token)
        #expect(second.status == 400)
        #expect(
            second.body.contains(
                "soap message: Got request with status GENERATED (40), NEW, FAILED or INPROCESS required: f60c28."))
        for state in [10, 11, 30] {
            _ = try sandbox.request(
                "POST", "/user", json: #"{"username": "f60c28", "status": \#(state)}"#, token: token)
            #expect(try sandbox.sign(request, as: "f60c28", token: token).status == 200, "state \(state)")
        }
        for state in [20, 40, 50, 60, 70] {
            _ = try sandbox.request(
                "POST", "/user", json: #"{"username": "f60c28", "status": \#(state)}"#, token: token)
            #expect(try sandbox.sign(request, as: "f60c28", token: token).status == 400, "state \(state)")
        }
    }

    @Test func laterReleasesSignAgain() throws {
        let sandbox = try RunningSandbox.start(["--sign-again"])
        let token = try sandbox.logIn()
        let request = try Enrolled.makeRequest(in: TemporaryFolder(), subject: "/CN=f60c28")
        for _ in 0..<2 { #expect(try sandbox.sign(request, as: "f60c28", token: token).status == 200) }
        #expect(try sandbox.sign(request, as: "nobody", token: token).body.contains("User not found to renew.."))
    }

    @Test func whatTheProfileDoesNotAllowIsRefused() throws {
        let sandbox = try RunningSandbox.start(["--user", "admin:admin", "--user", "bo:pw:nosign"])
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        let good = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        let short = try Enrolled.makeRequest(in: folder, subject: "/CN=x", key: ["-newkey", "rsa:1024"])
        let curve = try Enrolled.makeRequest(
            in: folder, subject: "/CN=x", key: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        var changed = Data(base64Encoded: good) ?? Data()
        changed[changed.count - 1] ^= 1
        let table: [(request: String, name: String, password: String, message: String)] = [
            (good, "f60c28", "wrong", "soap message: Wrong username or password"),
            (good, "nobody", "dojot", "soap message: Wrong username or password"),
            (short, "f60c28", "dojot", "soap message: Illegal key length 1024"),
            (curve, "f60c28", "dojot", "soap message: Illegal key: "),
            (changed.base64EncodedString(), "f60c28", "dojot", "proof of possession failed"),
            ("AAAA", "f60c28", "dojot", "soap message: Invalid PKCS10 request"),
            ("-----", "f60c28", "dojot", "soap message: Invalid PKCS10 request"),
        ]
        for row in table {
            let answer = try sandbox.sign(row.request, as: row.name, password: row.password, token: token)
            #expect(answer.status == 400)
            #expect(answer.body.contains(row.message), "\(answer.body)")
        }
        #expect(try status(of: "f60c28", sandbox, token) == 10)
        let refused = try sandbox.sign(good, as: "f60c28", token: sandbox.logIn("bo", "pw"))
        #expect(refused.status == 403)
        #expect(try sandbox.sign(good, as: "f60c28", token: token).status == 200)
    }

    @Test(arguments: [("bare", [200, 404]), ("prefixed", [404, 200]), ("both", [200, 200])])
    func endEntitiesAreNamedAsTheReleaseDoes(naming: String, statuses: [Int]) throws {
        let sandbox = try RunningSandbox.start(["--end-entities", naming])
        let token = try sandbox.logIn()
        #expect(try sandbox.request("GET", "/user/f60c28", token: token).status == statuses[0])
        #expect(try sandbox.request("GET", "/user/admin:f60c28", token: token).status == statuses[1])
        #expect(try sandbox.request("GET", "/user/admin%3Af60c28", token: token).status == statuses[1])
        let name = naming == "bare" ? "f60c28" : "admin:f60c28"
        let device = try Enrolled(sandbox, as: name, token: token)
        #expect(try device.describe("-subject", "-nameopt", "oneline") == "subject=CN = \(name)\n")
    }

    private func status(of name: String, _ sandbox: RunningSandbox, _ token: String) throws -> Int? {
        struct Found: Decodable {
            struct User: Decodable { let status: Int }
            let user: [User]
        }
        return try decode(Found.self, sandbox.request("GET", "/user/\(name)", token: token).body).user.first?.status
    }
}
