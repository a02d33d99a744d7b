import Foundation
import TestSupport
import Testing

/// What x509-identity-mgmt does not take.
@Suite struct CertificateRuleTests {
    private static let lengthError =
        #"{"message":"The RSA public key length less than 2048 bits is not supported."}"#
    private static let curveError =
        #"{"message":"The elliptical curve used in the ECDSA public key algorithm is not supported. "#
        + #"(Use the NIST-recommended curves: P-256, P-384 or P-521)"}"#

    private static func curve(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(name)"]
    }

    @Test func aKeyMustBeStrongAndOfAKnownKind() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509"])
        let token = try sandbox.logIn()
        let table: [(key: [String], body: String?)] = [
            (["-newkey", "rsa:2048"], nil), (["-newkey", "rsa:3072"], nil), (Self.curve("P-256"), nil),
            (Self.curve("P-384"), nil), (Self.curve("P-521"), nil),
            (["-newkey", "rsa:1024"], Self.lengthError), (["-newkey", "rsa:2047"], Self.lengthError),
            (Self.curve("secp256k1"), Self.curveError), (Self.curve("brainpoolP256r1"), Self.curveError),
            (Self.curve("P-224"), Self.curveError),
            (Self.curve("brainpoolP256r1") + ["-pkeyopt", "ec_param_enc:explicit"], Self.curveError),
            (
                ["-newkey", "ed25519"],
                #"{"message":"The public key algorithm must be RSA or ECDSA. "#
                    + #"The key algorithm with OID=1.3.101.112 is not supported"}"#
            ),
        ]
        for row in table {
            let folder = try TemporaryFolder()
            _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28", key: row.key)
            let answer = try sandbox.certify(folder.read("device.csr"), token: token)
            #expect(answer.status == (row.body == nil ? 201 : 400), "\(row.key): \(answer.body)")
            if let body = row.body { #expect(answer.body == body, "\(row.key)") }
        }
    }

    @Test func theSubjectIsTheNameOfADeviceAlone() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509", "--device", "f60c28", "--device", "a_b"])
        let token = try sandbox.logIn()
        func words(_ name: String) -> String {
            "Error checking SubjectDN CommonName (CN) attribute in CSR. The value does not match the regular "
                + "expression: /^[0-9A-Za-z ]{1,255}$/. Found: \(name); "
        }
        func attributes(_ names: String) -> String {
            "Error checking SubjectDN allowed attributes in CSR. Allowed: [CN] Found: [\(names)]"
        }
        let table: [(subject: String, message: String)] = [
            ("/CN=admin:f60c28", words("admin:f60c28")), ("/CN=a_b", words("a_b")), ("/CN=é", words("é")),
            ("/O=dojot/CN=f60c28", attributes("O,CN")),
            ("/C=BR/ST=SP/CN=f60c28/emailAddress=a@b", attributes("C,ST,CN,emailAddress")),
            ("/", "Error checking SubjectDN mandatory attributes in CSR. Mandatory: [CN] Found: []"),
            ("/CN=abcdef", "Device identifier 'abcdef' was not found for tenant 'admin'."),
            ("/CN=F60C28", "Device identifier 'F60C28' was not found for tenant 'admin'."),
        ]
        for row in table {
            let folder = try TemporaryFolder()
            _ = try Enrolled.makeRequest(in: folder, subject: row.subject, key: Self.curve("P-256") + ["-utf8"])
            let answer = try sandbox.certify(folder.read("device.csr"), token: token)
            #expect(answer.status == 400, "\(row.subject)")
            #expect(try decode([String: String].self, answer.body) == ["message": row.message])
        }
    }

    @Test func theTextOfARequestMustFitItsSchema() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509"])
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28", key: Self.curve("P-256"))
        let good = try folder.read("device.csr").trimmingCharacters(in: .newlines)
        let lines = good.split(separator: "\n").map(String.init)
        func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") }
        let long =
            [lines[0]] + Array(repeating: String(repeating: "A", count: 64), count: 1100) + [lines[lines.count - 1]]
        let table: [(csr: String, error: String?)] = [
            (good, nil), (lines.joined(separator: "\r\n"), nil), (lines.joined(separator: "\r"), nil),
            (good + "\n", "pattern"), ("\n" + good, "pattern"), ("", "pattern"), ("CSR", "pattern"),
            (joined([lines[0], lines[1] + lines[2]] + lines.dropFirst(3)), "pattern"),
            (joined([lines[0], "", lines[1]] + lines.dropFirst(2)), "pattern"),
            (joined([lines[0], " " + lines[1].dropFirst()] + lines.dropFirst(2)), "pattern"),
            (good.replacingOccurrences(of: "CERTIFICATE REQUEST", with: "NEW CERTIFICATE REQUEST"), "pattern"),
            (joined([lines[0], lines[lines.count - 1]]), "pattern"), (joined(long), "maxLength"),
        ]
        for row in table {
            let body = try JSONEncoder().encode(["csr": row.csr])
            let text = String(decoding: body, as: UTF8.self)
            let file = try folder.write(text, to: "body")
            let answer = try sandbox.request("POST", "/x509/v1/certificates", json: "@" + file, token: token)
            #expect(answer.status == (row.error == nil ? 201 : 400), "\(row.csr.prefix(80)): \(answer.body)")
            guard let error = row.error else { continue }
            let refusal = try decode(SchemaRefusal.self, answer.body)
            #expect(refusal.schema == "http://www.dojot.com.br/schemas/reg-or-gen-cert")
            #expect(refusal.schemaErrors.map(\.keyword) == [error] && refusal.schemaErrors[0].dataPath == ".csr")
            #expect(refusal.schemaErrors[0].schemaPath.hasSuffix("/definitions/csr/\(error)"))
        }
    }

    @Test func aBodyMustFitItsSchema() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let csr = try device.folder.read("device.csr").trimmingCharacters(in: .newlines)
            .replacingOccurrences(of: "\n", with: #"\n"#)
        let (post, patch) = ("/x509/v1/certificates", device.path)
        let table: [(method: String, path: String, body: String, errors: [String])] = [
            ("POST", post, "{}", [" required", " required", " oneOf"]),
            ("POST", post, #"{"csr": null}"#, [".csr type"]),
            ("POST", post, #"{"csr": "\#(csr)", "certificatePem": ""}"#, [" oneOf"]),
            ("POST", post, #"{"csr": "\#(csr)", "belongsTo": null}"#, [".belongsTo type"]),
            ("POST", post, #"{"csr": "\#(csr)", "belongsTo": {"device": 5}}"#, [".belongsTo.device type"]),
            ("PATCH", patch, "{}", [" required"]), ("PATCH", patch, #"{"belongsTo": "x"}"#, [".belongsTo type"]),
            (
                "PATCH", patch, #"{"belongsTo": {}}"#,
                [".belongsTo required", ".belongsTo required", ".belongsTo oneOf"]
            ),
            ("PATCH", patch, #"{"belongsTo": {"device": true}}"#, [".belongsTo.device type"]),
            ("PATCH", patch, #"{"belongsTo": {"device": ""}}"#, [".belongsTo.device pattern"]),
            ("PATCH", patch, #"{"belongsTo": {"device": "f60c28", "application": "x"}}"#, [".belongsTo oneOf"]),
        ]
        for row in table {
            let answer = try sandbox.request(row.method, row.path, json: row.body, token: token)
            #expect(answer.status == 400, "\(row.body): \(answer.body)")
            let refusal = try decode(SchemaRefusal.self, answer.body)
            #expect(refusal.schemaErrors.map { "\($0.dataPath) \($0.keyword)" } == row.errors, "\(row.body)")
            #expect(refusal.schema.hasSuffix(row.method == "POST" ? "/reg-or-gen-cert" : "/ch-owner-cert"))
        }
        let reasons: [(body: String, status: Int, message: String)] = [
            (
                #"{"belongsTo": {"device": "abcdef"}}"#, 400,
                "Device identifier 'abcdef' was not found for tenant 'admin'."
            ),
            (
                #"{"belongsTo": {"application": "kafka-consumer"}}"#, 403,
                "Operations on certificates for applications are not authorized through this endpoint."
            ),
            ("{", 400, "malformed JSON in the request's body"),
        ]
        for row in reasons {
            let answer = try sandbox.request("PATCH", patch, json: row.body, token: token)
            #expect(answer.status == row.status)
            #expect(try decode([String: String].self, answer.body) == ["message": row.message])
        }
        #expect(try sandbox.certificates(token: token).paging.totalItems == 1)
    }

    @Test func aRequestThatItsKeyDidNotSignIsRefused() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509"])
        let token = try sandbox.logIn()
        let folder = try TemporaryFolder()
        _ = try Enrolled.makeRequest(in: folder, subject: "/CN=f60c28")
        let der = folder.path("request.der")
        #expect(
            try Child.run(
                "/usr/bin/openssl", ["req", "-in", folder.path("device.csr"), "-outform", "DER", "-out", der]
            )
            .status == 0)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: der))
        bytes[bytes.count - 5] ^= 1
        let base64 = bytes.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let edges = ["-----BEGIN CERTIFICATE REQUEST-----", "-----END CERTIFICATE REQUEST-----"]
        let forged = try sandbox.certify("\(edges[0])\n\(base64)\n\(edges[1])", token: token)
        #expect(forged.status == 400 && forged.body.contains("proof of possession failed"), "\(forged.body)")
        let noise = try sandbox.certify("\(edges[0])\nAAAA\n\(edges[1])", token: token)
        #expect(noise.status == 400 && noise.body == #"{"message":"The CSR cannot be read."}"#)
    }
}

/// A body that does not fit its schema, as it is told.
private struct SchemaRefusal: Decodable {
    struct Failure: Decodable {
        let keyword, dataPath, schemaPath, message: String
    }

    let schema: String
    let schemaErrors: [Failure]

    enum CodingKeys: String, CodingKey {
        case schema = "schema$id"
        case schemaErrors
    }
}
