import Foundation
import PKI
import TestSupport
import Testing

/// `/x509/v1`: what is signed, shown and taken back.
@Suite struct CertificateTests {
    @Test func aRequestIsCertifiedUnderTheTenantsName() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6", "--tenant", "acme"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let pem = try device.folder.read("device.crt")
        #expect(!pem.contains("\r") && pem.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
        let certificate = try Certificate(pem: Array(pem.utf8))
        let authority = try Certificate(pem: Array(device.folder.read("ca.crt").utf8))
        #expect(certificate.isSigned(by: authority))
        #expect(certificate.subject.description == "CN = acme:f60c28, O = dojot IoT Platform")
        #expect(certificate.sha256Fingerprint == device.fingerprint)
        let shown = try device.describe("-ext", "keyUsage,extendedKeyUsage,basicConstraints", "-fingerprint", "-sha256")
        for part in [
            "Basic Constraints: critical\n    CA:FALSE", "Key Usage: critical\n    Digital Signature, Non Repudiation",
            "Extended Key Usage: \n    TLS Web Client Authentication", device.fingerprint,
        ] {
            #expect(shown.contains(part), "\(shown)")
        }
        let ca = try decode([String: String].self, sandbox.request("GET", "/x509/v1/ca", token: token).body)
        #expect(ca["certificateFingerprint"] == authority.sha256Fingerprint)
        #expect(ca["caPem"]?.hasSuffix("-----END CERTIFICATE-----") ?? false)
    }

    @Test func aCertificateIsFoundByItsFingerprintInAnyForm() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let bare = device.fingerprint.filter { $0 != ":" }
        for form in [device.fingerprint, device.fingerprint.lowercased(), bare, bare.lowercased()] {
            let answer = try sandbox.request("GET", "/x509/v1/certificates/\(form)", token: token)
            #expect(answer.status == 200)
            for part in [
                #""fingerprint":"\#(device.fingerprint)""#, #""belongsTo":{}"#, #""tenant":"admin""#,
                #""issuedByDojotPki":true"#, #""autoRegistered":false"#,
                #""subjectDN":"CN=f60c28, O=dojot IoT Platform""#, #""createdAt":"20"#,
                #""validity":{"notAfter":"#,
            ] {
                #expect(answer.body.contains(part), "\(answer.body)")
            }
        }
        #expect(
            try sandbox.request("GET", device.path + "?fields=tenant,validity.notAfter", token: token).body.hasPrefix(
                #"{"tenant":"admin","validity":{"notAfter":"20"#))
        let unknown = try sandbox.request("GET", device.path + "?fields=tenant,_id,x", token: token)
        #expect(unknown.status == 400)
        #expect(unknown.body == #"{"error":"The fields provided are not valid: [_id,x]"}"#)
    }

    @Test func before07AFingerprintNeedsItsColonsAndLessIsShown() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let shown = try sandbox.request("GET", device.path.lowercased(), token: token)
        #expect(shown.status == 200 && !shown.body.contains("subjectDN") && !shown.body.contains("validity"))
        let bare = device.fingerprint.filter { $0 != ":" }
        #expect(try sandbox.request("GET", "/x509/v1/certificates/\(bare)", token: token).status == 404)
        let unknown = try sandbox.request("GET", device.path + "?fields=subjectDN", token: token)
        #expect(unknown.status == 400)
        #expect(unknown.body == #"{"message":"The fields provided are not valid: [subjectDN]"}"#)
        #expect(try sandbox.request("DELETE", device.path + "/belongsto", token: token).status == 404)
    }

    @Test func whatIsNotThereIsSaidSo() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let fingerprint = Array(repeating: "0A", count: 32).joined(separator: ":")
        let path = "/x509/v1/certificates/\(fingerprint)"
        let owner = #"{"belongsTo": {"device": "f60c28"}}"#
        for (method, path, body) in [
            ("GET", path, nil), ("DELETE", path, nil), ("DELETE", path + "/belongsto", nil), ("PATCH", path, owner),
        ] {
            let answer = try sandbox.request(method, path, json: body, token: token)
            #expect(answer.status == 404)
            #expect(
                answer.body
                    == #"{"error":"No records found for the following parameters: "#
                    + #"{\"fingerprint\":\"\#(fingerprint)\",\"tenant\":\"admin\"}"}"#)
        }
    }

    @Test(arguments: ["0.6", "0.8"])
    func certificatesComeInPages(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release, "--device", "f60c28", "--device", "abcdef0123"])
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        let request = try folder.read("device.csr")
        var fingerprints: [String] = []
        for index in 0..<7 {
            let answer = try sandbox.certify(request, belongingTo: index == 3 ? "abcdef0123" : nil, token: token)
            fingerprints.append(try decode(Certified.self, answer.body).certificateFingerprint)
        }
        var seen: [String] = []
        var next: Int? = 1
        while let page = next {
            let list = try sandbox.certificates("?limit=3&page=\(page)&fields=fingerprint", token: token)
            #expect(list.paging.current.number == page && list.paging.totalItems == 7 && list.paging.totalPages == 3)
            #expect(list.paging.previous?.number == (page == 1 ? nil : page - 1))
            #expect(list.paging.limitPerPage == 3 && list.certificates.allSatisfy { $0.pem == nil })
            seen += list.certificates.compactMap(\.fingerprint)
            next = list.paging.next?.number
        }
        #expect(seen == fingerprints)
        let whole = try sandbox.certificates("?limit=9999", token: token)
        #expect(whole.paging.limitPerPage == 250 && whole.certificates.count == 7 && whole.paging.next == nil)
        #expect(try sandbox.certificates(token: token).paging.limitPerPage == 25)
        #expect(try sandbox.certificates("?page=9", token: token).certificates.isEmpty)
        #expect(try sandbox.certificates("?limit=0", token: token).paging.limitPerPage == (release == "0.6" ? 1 : 25))
        let (all, one) = (fingerprints, fingerprints[5])
        let owned = [fingerprints[3]]
        let cut = one.prefix { $0 != ":" }
        // Each release filters by its own parameter and overlooks the other's. In `keyVal` a colon divides as "=" does.
        let table: [(query: String, old: [String], new: [String])] = [
            ("?belongsTo.device=abcdef0123", owned, all), ("?keyVal=belongsTo.device=abcdef0123", all, owned),
            ("?keyVal=belongsTo.device%3Dabcdef0123", all, owned), ("?keyVal=belongsTo.device:abcdef0123", all, owned),
            ("?belongsTo.device=abcdef0123&keyVal=belongsTo.device=abcdef0123", owned, owned),
            ("?fingerprint=\(one)", [one], all), ("?fingerprint=\(one.lowercased())", [], all),
            ("?keyVal=fingerprint=\(one)", all, []), ("?keyVal=fingerprint=\(cut)", all, []),
            ("?belongsTo.device=nobody", [], all), ("?keyVal=belongsTo.device=nobody", all, []),
            ("?keyVal=belongsTo.device=null", all, all.filter { $0 != owned[0] }), ("?keyVal=x=y", all, all),
            ("?unheard=of", all, all), ("?keyVal=", all, all),
        ]
        for row in table {
            let found = release == "0.6" ? row.old : row.new
            let list = try sandbox.certificates(row.query, token: token)
            #expect(list.certificates.compactMap(\.fingerprint) == found, "\(row.query)")
            #expect(list.paging.totalItems == found.count, "\(row.query)")
        }
        for query in ["?keyVal=x", "?keyVal=a=b&keyVal=c=d"] {
            let answer = try sandbox.request("GET", "/x509/v1/certificates" + query, token: token)
            #expect(answer.status == (release == "0.6" ? 200 : 500), "\(query)")
        }
        #expect(
            try sandbox.certificates("?keyVal=belongsTo.device=abcdef0123", token: token).paging.current.url
                == "/api/v1/certificates?keyVal=belongsTo.device%3Dabcdef0123&page=1&limit=25")
    }

    @Test func aDeletedCertificateIsOnTheListAndShownNoMore() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let other = try Enrolled(x509: sandbox, token: token)
        func list() throws -> String {
            let answer = try sandbox.request("GET", "/x509/v1/ca/crl", token: token)
            let pem = try #require(try decode([String: String].self, answer.body)["crl"])
            #expect(pem.hasPrefix("-----BEGIN X509 CRL-----\n"))
            let file = try device.folder.write(pem + "\n", to: "crl.pem")
            let words = ["crl", "-in", file, "-noout", "-text", "-CAfile", device.authority]
            let shown = try Child.run("/usr/bin/openssl", words)
            #expect(shown.status == 0 && shown.stderr.contains("verify OK"), "\(shown.stderr)")
            return shown.stdout
        }
        #expect(try list().contains("No Revoked Certificates"))
        #expect(try sandbox.request("DELETE", device.path, token: token).status == 204)
        let after = try list()
        #expect(try after.contains("Serial Number: " + device.serialNumber()), "\(after)")
        #expect(try !after.contains(other.serialNumber()))
        #expect(try sandbox.request("GET", device.path, token: token).status == 404)
        #expect(try sandbox.request("DELETE", device.path, token: token).status == 404)
        #expect(try sandbox.certificates(token: token).certificates.map(\.fingerprint) == [other.fingerprint])
    }

    @Test func whoMayNotSignMayLookOnly() throws {
        let sandbox = try RunningSandbox.start(
            ["--release", "0.8", "--user", "admin:admin", "--user", "guest:guest:nosign"])
        let device = try Enrolled(x509: sandbox, token: sandbox.logIn())
        let guest = try sandbox.logIn("guest", "guest")
        #expect(try sandbox.certify(device.folder.read("device.csr"), token: guest).status == 403)
        #expect(try sandbox.associate(device, with: "f60c28", token: guest) == 403)
        #expect(try sandbox.associate(device, with: nil, token: guest) == 403)
        #expect(try sandbox.request("DELETE", device.path, token: guest).status == 403)
        #expect(try sandbox.request("GET", device.path, token: guest).status == 200)
        for path in ["/ca", "/ca/crl", "/certificates", "/certificates/x"] {
            let answer = try sandbox.request("GET", "/x509/v1" + path)
            #expect(answer.status == 401 && answer.body == #"{"message":"Unauthorized"}"#)
        }
    }
}
