import Foundation
import PKI
import TestSupport
import Testing

/// What goes wrong at `/x509/v1` where a rule says so, and what older releases of it do.
@Suite struct CertificateFaultTests {
    private let path = "/x509/v1/certificates"

    @Test func aSandboxCanOverlookWhomACertificateBelongsTo() throws {
        let folder = try TemporaryFolder()
        _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        let request = try folder.read("device.csr")
        for (arguments, owner, status) in [([], "f60c28", 400), (["--ignore-belongs-to"], nil, 201)] {
            let sandbox = try RunningSandbox.start(["--release", "0.8"] + arguments)
            let token = try sandbox.logIn()
            let device = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
            let shown = try sandbox.certificates(token: token).certificates
            #expect(shown.map(\.fingerprint) == [device.fingerprint] && shown.first?.belongsTo?.device == owner)
            // Nor do they look whether there is such a device; they do where it is said on its own.
            #expect(try sandbox.certify(request, belongingTo: "nobody", token: token).status == status)
            #expect(try sandbox.associate(device, with: "nobody", token: token) == 400)
            #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
        }
    }

    @Test func anAssociationCanFail() throws {
        let sandbox = try RunningSandbox.start(
            ["--release", "0.8", "--fault", "PATCH /x509/v1/certificates/* status=500 count=2"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 500)
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 500)
        #expect(try sandbox.request("GET", device.path, token: token).body.contains(#""belongsTo":{}"#))
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
    }

    @Test func aLostCertificateIsThereAllTheSame() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        let request = try folder.read("device.csr")
        try sandbox.addFault("POST \(path) reset count=1")
        #expect(throws: SupportError.self) { try sandbox.certify(request, token: token) }
        #expect(try sandbox.certificates(token: token).paging.totalItems == 0)
        try sandbox.addFault("POST \(path) drop count=1")
        #expect(throws: SupportError.self) { try sandbox.certify(request, token: token) }
        let pem = try #require(try sandbox.certificates(token: token).certificates.first?.pem)
        let key = try CertificateRequest(pem: Array(request.utf8)).publicKey
        #expect(try Certificate(pem: Array(pem.utf8)).publicKey == key)
        try sandbox.addFault("POST \(path) status=503 retry-after=1 count=1")
        #expect(try sandbox.certify(request, token: token).status == 503)
        try sandbox.addFault("GET /x509/v1/ca body=html count=1")
        #expect(try sandbox.request("GET", "/x509/v1/ca", token: token).body.contains("<html>"))
    }

    @Test func aCertificateCanBeWrong() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        let request = try folder.read("device.csr")
        let key = try CertificateRequest(pem: Array(request.utf8)).publicKey
        let ca = try decode([String: String].self, sandbox.request("GET", "/x509/v1/ca", token: token).body)
        let authority = try Certificate(pem: Array((ca["caPem"] ?? "").utf8))
        let now = Int64(Date().timeIntervalSince1970)
        func pem(_ fault: String) throws -> String {
            try sandbox.addFault("POST \(path) \(fault) count=1")
            return try decode(Certified.self, sandbox.certify(request, token: token).body).certificatePem
        }
        func certificate(_ fault: String) throws -> Certificate {
            try Certificate(pem: Array(pem("certificate=\(fault)").utf8))
        }
        #expect(try certificate("other-key").publicKey != key)
        #expect(try certificate("other-name").subject.commonName == "somebody-else")
        #expect(try !certificate("other-ca").isSigned(by: authority))
        #expect(try certificate("expired").notAfter < now)
        #expect(try certificate("not-yet-valid").notBefore > now)
        #expect(try pem("base64=crlf").contains("-----\r\nMII"))
        #expect(try pem("delay=0.1").contains("-----\nMII"))
    }
}
