/// The bodies of requests to `/x509/v1/certificates`, by their JSON schemas.
///
/// What a schema does not know is overlooked.
enum CertificateOrder {
    private static let longest = 65_536

    /// The CSR of a body, with line breaks as everywhere, and the device that the certificate shall belong to; nil for none.
    static func request(_ call: Call, _ rules: X509Rules) throws(Refusal) -> (csr: String, device: String?) {
        let body = try object(call)
        var errors = SchemaErrors(of: "reg-or-gen-cert", "register-or-generate-certificate", rules)
        let isRegistration = body[rules.externalMember] != nil
        let csr = check(body["csr"], isRegistration: isRegistration, rules, &errors)
        var owner: Owner?
        if !rules.ignoresBelongsTo, let value = body["belongsTo"] { owner = self.owner(value, rules, &errors) }
        try errors.check()
        try refuseApplication(owner)
        guard let csr else { throw rules.externalRefusal }
        return (csr, owner?.device)
    }

    /// The device of a body that changes whom a certificate belongs to; nil for nobody.
    static func ownership(_ call: Call, _ rules: X509Rules) throws(Refusal) -> String? {
        let body = try object(call)
        var errors = SchemaErrors(of: "ch-owner-cert", "change-owner-certificate", rules)
        var owner: Owner?
        if let value = body["belongsTo"] {
            owner = self.owner(value, rules, &errors)
        } else {
            errors.isMissing("belongsTo")
        }
        try errors.check()
        try refuseApplication(owner)
        return owner?.device
    }

    private struct Owner {
        let device: String?
        let isApplication: Bool
    }

    /// A body that is not said to be JSON is not looked at.
    private static func object(_ call: Call) throws(Refusal) -> [String: JSONValue] {
        guard call.request.hasJSONBody, !call.request.body.isEmpty else { return [:] }
        guard case .object(let members)? = JSON.decode(JSONValue.self, from: call.request.body) else {
            throw .reason(400, "malformed JSON in the request's body")
        }
        return members
    }

    private static func check(
        _ value: JSONValue?, isRegistration: Bool, _ rules: X509Rules, _ errors: inout SchemaErrors
    ) -> String? {
        guard let value else {
            if !isRegistration {
                errors.isMissing(rules.externalMember, at: "#/oneOf/0")
                errors.isMissing("csr", at: "#/oneOf/1")
                errors.isNotOne(givenBoth: false)
            }
            return nil
        }
        if isRegistration {
            errors.exclude([rules.externalMember, "csr"])
            errors.isNotOne(givenBoth: true)
        }
        guard case .string(let text) = value else {
            errors.isNoType("string", ".csr", "csr")
            return nil
        }
        if text.unicodeScalars.count > longest { errors.isLonger(than: longest, ".csr", "csr") }
        var lines = text.split(omittingEmptySubsequences: false) { breaks.contains($0) }
        if rules.requestMayEndInLineBreak, lines.last == "" { lines.removeLast() }
        if !isRequest(lines) { errors.isNo(rules.requestPattern, ".csr", "csr") }
        return lines.joined(separator: "\n")
    }

    /// Whether the lines of a text match the pattern.
    private static func isRequest(_ lines: [Substring]) -> Bool {
        lines.count > 2 && lines.first == "-----BEGIN CERTIFICATE REQUEST-----"
            && lines.last == "-----END CERTIFICATE REQUEST-----"
            && lines.dropFirst().dropLast().allSatisfy { line in
                (1...64).contains(line.utf8.count) && line.utf8.allSatisfy { letters.contains($0) }
            }
    }

    private static let breaks: Set<Character> = ["\r\n", "\r", "\n"]

    private static let letters = Set(
        "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=".utf8)

    private static func owner(_ value: JSONValue, _ rules: X509Rules, _ errors: inout SchemaErrors) -> Owner? {
        guard case .object(let members) = value else {
            errors.isNoType("object", ".belongsTo", "belongsTo")
            return nil
        }
        let (device, application) = (members["device"], members["application"])
        var name: String?
        switch device {
        case nil, .null?: break
        case .string(let text)?:
            name = text
            if !rules.acceptsDevice(text) {
                errors.isNo(rules.devicePattern, ".belongsTo.device", "belongsTo/properties/device")
            }
        default: errors.isNoType("string,null", ".belongsTo.device", "belongsTo/properties/device")
        }
        if device == nil && application == nil {
            errors.isMissing("device", at: "belongsTo/oneOf/0", in: ".belongsTo")
            errors.isMissing("application", at: "belongsTo/oneOf/1", in: ".belongsTo")
        }
        if device != nil && application != nil {
            errors.exclude(["device", "application"], at: "belongsTo", in: ".belongsTo")
        }
        if (device == nil) == (application == nil) {
            errors.isNotOne(givenBoth: device != nil, at: "belongsTo", in: ".belongsTo")
        }
        return Owner(device: name, isApplication: application != nil)
    }

    private static func refuseApplication(_ owner: Owner?) throws(Refusal) {
        guard owner?.isApplication ?? false else { return }
        throw .reason(
            403, "Operations on certificates for applications are not authorized through this endpoint.")
    }
}
