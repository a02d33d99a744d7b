/// What x509-identity-mgmt does otherwise from release to release.
///
/// Read from x509-identity-mgmt/ at v0.6.1 (the same code since v0.5.0) and iam/x509-identity-mgmt/ at v0.7.0, v0.8.0 and HEAD (1.0.0-rc)
/// of dojot/dojot.
struct X509Rules: Sendable {
    /// Whether it is the service as rewritten for 0.7.
    private let isRewritten: Bool
    /// Whether the subject of a request is checked, and the tenant put before its common name.
    let checksSubject: Bool
    let ignoresBelongsTo: Bool

    init(_ options: SandboxOptions) {
        isRewritten = options.release != .v06
        ignoresBelongsTo = options.ignoresBelongsTo
        checksSubject = options.release.checksSubject || options.checksSubject
    }

    /// Whether the service's own organization stands before the request's attributes, in what it finds and asks EJBCA for.
    var organizationComesFirst: Bool { !isRewritten }

    /// The member of a body for a certificate that another CA signed, or for a chain of them.
    var externalMember: String { isRewritten ? "certificateChain" : "certificatePem" }

    /// Whether the PEM text of a request may end in a line break (schemas/defs.json).
    var requestMayEndInLineBreak: Bool { isRewritten }

    /// Whether devices are looked for that a request or an owner names (`checkBelongsTo` and `ensureDeviceExists` in
    /// services/CertificateService.js).
    var checksDevices: Bool { isRewritten }

    /// What the text of a request must match (schemas/defs.json).
    var requestPattern: String {
        #"^-{5}BEGIN CERTIFICATE REQUEST-{5}(\r\n|\r|\n)([-A-Za-z0-9+/=]{1,64}(\r\n|\r|\n))+"#
            + #"-{5}END CERTIFICATE REQUEST-{5}"# + (isRewritten ? #"(\r\n|\r|\n)?$"# : "$")
    }

    /// What the device of `belongsTo` must match (schemas/defs.json).
    ///
    /// Until 0.6 it asks for ten digits, and no device has so many: no certificate can have an owner there, and none needs one.
    var devicePattern: String { isRewritten ? "^[0-9a-fA-F-]{5,36}$" : "^[0-9a-fA-F]{10}$" }

    /// Whether a device's identifier matches that.
    ///
    /// One with letters beyond f, which only the sandbox's own options can make, is accepted.
    func acceptsDevice(_ name: String) -> Bool {
        let isHexadecimal = name.utf8.allSatisfy { $0 == UInt8(ascii: "-") || Character(Unicode.Scalar($0)).isHexDigit }
        guard isHexadecimal else { return true }
        return isRewritten ? (5...36).contains(name.utf8.count) : name.utf8.count == 10 && !name.contains("-")
    }

    /// Whether a list is filtered by `keyVal`, and by nothing else in a query (db/CommonModel.js of 0.8; 0.7, which the sandbox does not
    /// play, filters as 0.6 does).
    var filtersByKeyVal: Bool { isRewritten }

    /// Certificates a page where `limit` is 0 or no number (core/paginate.js at v0.6.1; backing/paginate.js of dojot-microservice-sdk-js).
    func limitInsteadOfNone(_ usual: Int) -> Int { isRewritten ? usual : 1 }

    /// Whether there is `DELETE …/belongsto`.
    var hasOwnershipRoute: Bool { isRewritten }

    /// Whether a fingerprint in a path may lack its colons (express/routes/sanitizeParams.js).
    var addsColons: Bool { isRewritten }

    /// The fields that a certificate is shown with (db/CertificateModel.js; db.js at v0.6.1).
    var fields: [String] {
        let shared = [
            "fingerprint", "pem", "createdAt", "issuedByDojotPki", "autoRegistered", "belongsTo", "belongsTo.device",
            "belongsTo.application", "tenant",
        ]
        let later = [
            "caFingerprint", "subjectDN", "validity", "validity.notBefore", "validity.notAfter", "modifiedAt",
        ]
        return isRewritten ? shared + later : shared
    }

    /// The identifier of a schema, given its two names.
    func schema(_ short: String, _ file: String) -> String {
        isRewritten
            ? "https://raw.githubusercontent.com/dojot/dojot/development/iam/x509-identity-mgmt/js/schemas/\(file).json"
            : "http://www.dojot.com.br/schemas/\(short)"
    }

    /// The answer to a certificate of another CA: until 0.6 the service refuses all, later those of CAs that were not registered, and the
    /// sandbox registers none (services/CertificateService.js).
    var externalRefusal: Refusal {
        isRewritten
            ? .reason(400, "The root CA certificate is not registered as a trusted certificate yet.")
            : .reason(404, "This operation is not available yet")
    }

    /// The member of a schema's errors that names the schema.
    var schemaMember: String { isRewritten ? "schemaId" : "schema$id" }

    /// The body of a refusal: `{"error", "detail"?}` since 0.7 (lib/webUtils/framework/backing/errorTemplate.js of
    /// dojot-microservice-sdk-js, v0.1.11), `{"message"}` before, and there the details alone where there are any.
    func refusal(_ status: Int, _ reason: String, detail: JSONValue? = nil) -> Response {
        guard isRewritten else {
            return .json(detail ?? .object(["message": .string(reason)]), status: status)
        }
        var members: [String: JSONValue] = ["error": .string(reason)]
        members["detail"] = detail
        return .json(JSONValue.object(members), status: status)
    }
}
