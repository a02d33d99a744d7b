import Foundation
import PKI
import TestSupport
import Testing

/// What x509-identity-mgmt does not take.
@Suite struct CertificateRuleTests {
    private static let lengthError =
        #"{"error":"The RSA public key length less than 2048 bits is not supported."}"#
    private static let curveError =
        #"{"error":"The elliptical curve used in the ECDSA public key algorithm is not supported. "#
        + #"(Use the NIST-recommended curves: P-256, P-384 or P-521)"}"#

    private static func curve(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(name)"]
    }

    @Test func aKeyMustBeStrongAndOfAKnownKind() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
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
                #"{"error":"The public key algorithm must be RSA or ECDSA. "#
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

    @Test(arguments: [
        (["--release", "0.6"], "message", "O,CN"), (["--release", "0.8", "--check-subject-dn"], "error", "CN,O"),
    ])
    func aCheckedSubjectIsTheNameOfADeviceAlone(arguments: [String], member: String, order: String) throws {
        let sandbox = try RunningSandbox.start(arguments + ["--device", "f60c28", "--device", "a_b"])
        let token = try sandbox.logIn()
        func words(_ name: String) -> String {
            "Error checking SubjectDN 'CN' attribute in CSR. The value does not match the regular expression: "
                + "/^[0-9A-Za-z ]{1,255}$/. Found: \(name)"
        }
        let isOld = member == "message"
        let others = isOld ? "O,C,ST,CN,emailAddress" : "C,ST,CN,emailAddress,O"
        // Only since 0.7 a device is looked for.
        func unknown(_ name: String) -> String { "Device identifier '\(name)' was not found for tenant 'admin'." }
        let strangers = isOld ? [] : [("/CN=abcdef", unknown("abcdef")), ("/CN=F60C28", unknown("F60C28"))]
        let table: [(subject: String, message: String)] = [
            ("/CN=admin:f60c28", words("admin:f60c28")), ("/CN=a_b", words("a_b")), ("/CN=é", words("é")),
            (
                "/C=BR/ST=SP/CN=f60c28/emailAddress=a@b",
                "Error checking SubjectDN allowed attributes in CSR. Allowed: [CN] Found: [\(others)]"
            ),
            ("/", "Error checking SubjectDN mandatory attributes in CSR. Mandatory: [CN] Found: [O]"),
        ]
        func certify(_ subject: String) throws -> (answer: (status: Int, body: String), folder: TemporaryFolder) {
            let folder = try TemporaryFolder()
            _ = try Enrolled.makeRequest(in: folder, subject: subject, key: Self.curve("P-256") + ["-utf8"])
            return (try sandbox.certify(folder.read("device.csr"), token: token), folder)
        }
        for row in table + strangers {
            let answer = try certify(row.subject).answer
            #expect(answer.status == 400, "\(row.subject)")
            #expect(try decode([String: String].self, answer.body) == [member: row.message])
        }
        // The organization is the platform's own, whatever the request has.
        let good = try certify("/O=other/CN=f60c28").answer
        let pem = try decode(Certified.self, good.body).certificatePem
        let subject = try Certificate(pem: Array(pem.utf8)).subject.description
        #expect(subject == "CN = admin:f60c28, O = dojot IoT Platform")
    }

    @Test func aSubjectThatIsNotCheckedIsKept() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let table: [(subject: String, issued: String)] = [
            ("/CN=f60c28", "CN = f60c28, O = dojot IoT Platform"),
            ("/CN=admin:f60c28", "CN = admin:f60c28, O = dojot IoT Platform"),
            ("/O=other/CN=nobody", "CN = nobody, O = dojot IoT Platform"),
            ("/C=BR/ST=SP/OU=a/OU=b/CN=x", "CN = x, OU = a, O = dojot IoT Platform, ST = SP, C = BR"),
            ("/", "O = dojot IoT Platform"),
        ]
        for row in table {
            let folder = try TemporaryFolder()
            _ = try Enrolled.makeRequest(in: folder, subject: row.subject, key: Self.curve("P-256"))
            let answer = try sandbox.certify(folder.read("device.csr"), belongingTo: "f60c28", token: token)
            #expect(answer.status == 201, "\(answer.body)")
            let pem = try decode(Certified.self, answer.body).certificatePem
            #expect(try Certificate(pem: Array(pem.utf8)).subject.description == row.issued)
        }
    }

    @Test(arguments: ["0.6", "0.8"])
    func theTextOfARequestMustFitItsSchema(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release])
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
            (good + "\n", release == "0.6" ? "pattern" : nil), (good + "\r\n", release == "0.6" ? "pattern" : nil),
            (good + "\n\n", "pattern"), ("\n" + good, "pattern"), ("", "pattern"), ("CSR", "pattern"),
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
            let refusal = try SchemaRefusal(answer.body)
            #expect(refusal.schema == SchemaRefusal.schema("POST", release))
            #expect(refusal.schemaErrors.map(\.keyword) == [error] && refusal.schemaErrors[0].dataPath == ".csr")
            #expect(refusal.schemaErrors[0].schemaPath.hasSuffix("/definitions/csr/\(error)"))
        }
    }

    @Test(arguments: ["0.6", "0.8"])
    func aBodyMustFitItsSchema(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release])
        let other = release == "0.6" ? "certificatePem" : "certificateChain"
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let csr = try device.folder.read("device.csr").trimmingCharacters(in: .newlines)
            .replacingOccurrences(of: "\n", with: #"\n"#)
        let (post, patch) = ("/x509/v1/certificates", device.path)
        let table: [(method: String, path: String, body: String, errors: [String])] = [
            ("POST", post, "{}", [" required", " required", " oneOf"]),
            ("POST", post, #"{"csr": null}"#, [".csr type"]),
            ("POST", post, #"{"csr": "\#(csr)", "\#(other)": ""}"#, [" not", " not", " oneOf"]),
            ("POST", post, #"{"csr": "\#(csr)", "belongsTo": null}"#, [".belongsTo type"]),
            ("POST", post, #"{"csr": "\#(csr)", "belongsTo": {"device": 5}}"#, [".belongsTo.device type"]),
            ("PATCH", patch, "{}", [" required"]), ("PATCH", patch, #"{"belongsTo": "x"}"#, [".belongsTo type"]),
            (
                "PATCH", patch, #"{"belongsTo": {}}"#,
                [".belongsTo required", ".belongsTo required", ".belongsTo oneOf"]
            ),
            ("PATCH", patch, #"{"belongsTo": {"device": true}}"#, [".belongsTo.device type"]),
            ("PATCH", patch, #"{"belongsTo": {"device": ""}}"#, [".belongsTo.device pattern"]),
            (
                "PATCH", patch, #"{"belongsTo": {"device": "1234567890", "application": "x"}}"#,
                [".belongsTo not", ".belongsTo not", ".belongsTo oneOf"]
            ),
        ]
        for row in table {
            let answer = try sandbox.request(row.method, row.path, json: row.body, token: token)
            #expect(answer.status == 400, "\(row.body): \(answer.body)")
            let refusal = try SchemaRefusal(answer.body)
            #expect(refusal.schemaErrors.map { "\($0.dataPath) \($0.keyword)" } == row.errors, "\(row.body)")
            #expect(refusal.schema == SchemaRefusal.schema(row.method, release))
        }
        let (stranger, notFound) = (#"{"belongsTo": {"device": "abcdef"}}"#, "Device identifier 'abcdef' was not found")
        if release == "0.6" {
            // It asks for ten digits, which no device has.
            let refused = try sandbox.request("PATCH", patch, json: stranger, token: token)
            #expect(try SchemaRefusal(refused.body).schemaErrors.map(\.dataPath) == [".belongsTo.device"])
        }
        let unknown = release == "0.6" ? [] : [(stranger, 400, notFound + " for tenant 'admin'.")]
        let reasons: [(body: String, status: Int, message: String)] = [
            (
                #"{"belongsTo": {"application": "kafka-consumer"}}"#, 403,
                "Operations on certificates for applications are not authorized through this endpoint."
            ),
            ("{", 400, "malformed JSON in the request's body"),
        ]
        for row in reasons + unknown {
            let answer = try sandbox.request("PATCH", patch, json: row.body, token: token)
            #expect(answer.status == row.status)
            let member = release == "0.6" ? "message" : "error"
            #expect(try decode([String: String].self, answer.body) == [member: row.message])
        }
        #expect(try sandbox.certificates(token: token).paging.totalItems == 1)
    }

    @Test func aDeviceHasFiveHexadecimalDigitsAtLeast() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8", "--device", "ab12", "--device", "lamp"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        #expect(try sandbox.associate(device, with: "ab12", token: token) == 400)
        let refused = try sandbox.request(
            "PATCH", device.path, json: #"{"belongsTo": {"device": "ab12"}}"#, token: token)
        #expect(try SchemaRefusal(refused.body).schemaErrors.map(\.keyword) == ["pattern"])
        // A name that only the sandbox can give is exempt.
        #expect(try sandbox.associate(device, with: "lamp", token: token) == 204)
    }

    @Test func aRequestThatItsKeyDidNotSignIsRefused() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
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
        // EJBCA's reason stays in the service's log.
        let unexpected = #"{"error":"An unexpected error has occurred."}"#
        #expect(forged.status == 500 && forged.body == unexpected, "\(forged.body)")
        let noise = try sandbox.certify("\(edges[0])\nAAAA\n\(edges[1])", token: token)
        #expect(noise.status == 500 && noise.body == unexpected)
        let cut = try sandbox.certify("\(edges[0])\nMIIB\n\(edges[1])", token: token)
        #expect(cut.status == 500 || cut.status == 400, "\(cut.body)")
    }
}

/// A body that does not fit its schema, as either release writes it.
private struct SchemaRefusal {
    struct Failure: Decodable {
        let keyword, dataPath, schemaPath, message: String
    }

    private struct Old: Decodable {
        let schema: String
        let schemaErrors: [Failure]

        enum CodingKeys: String, CodingKey {
            case schema = "schema$id"
            case schemaErrors
        }
    }

    private struct New: Decodable {
        struct Detail: Decodable {
            let schemaId: String
            let schemaErrors: [Failure]
        }

        let error: String
        let detail: Detail
    }

    let schema: String
    let schemaErrors: [Failure]

    init(_ body: String) throws {
        if let old = try? decode(Old.self, body) {
            (schema, schemaErrors) = (old.schema, old.schemaErrors)
        } else {
            let new = try decode(New.self, body)
            guard new.error == "Input data schema validation failure." else { throw SupportError(new.error) }
            (schema, schemaErrors) = (new.detail.schemaId, new.detail.schemaErrors)
        }
    }

    /// The identifier of the schema of a body by its method.
    static func schema(_ method: String, _ release: String) -> String {
        if release == "0.6" {
            return "http://www.dojot.com.br/schemas/" + (method == "POST" ? "reg-or-gen-cert" : "ch-owner-cert")
        }
        let file = method == "POST" ? "register-or-generate-certificate" : "change-owner-certificate"
        let folder = "https://raw.githubusercontent.com/dojot/dojot/development/iam/x509-identity-mgmt/js/schemas/"
        return folder + file + ".json"
    }
}
