import PKI

/// A certificate as x509-identity-mgmt shows it: all of its fields, or those that are asked for.
struct ShownCertificate: Encodable {
    private let members: [String: JSONValue]

    init(_ certificate: IssuedCertificate, _ record: IssuedCertificate.Record, tenant: String, fields: [String]) {
        // What only the certificate itself tells is read only where somebody asks: a fleet does not.
        lazy var parsed = (try? Base64.decode(certificate.der)).flatMap { try? Certificate(der: $0) }
        func value(of field: String) -> JSONValue? {
            switch field {
            case "fingerprint": .string(record.fingerprint)
            case "pem": .string(parsed.map(Self.pem) ?? "")
            case "createdAt": .string(Time.iso(record.created))
            case "modifiedAt": .string(Time.iso(record.modified ?? record.created))
            case "issuedByDojotPki": .bool(true)
            case "autoRegistered": .bool(false)
            case "belongsTo": .object(record.device.map { ["device": .string($0)] } ?? [:])
            case "tenant": .string(tenant)
            case "subjectDN":
                .string((parsed?.subject.attributes ?? []).map { "\($0.type)=\($0.value)" }.joined(separator: ", "))
            case "validity":
                .object([
                    "notBefore": .string(Time.iso(Double(parsed?.notBefore ?? 0))),
                    "notAfter": .string(Time.iso(Double(certificate.notAfter))),
                ])
            default: nil
            }
        }
        var shown: [String: JSONValue] = [:]
        for field in fields {
            let parts = field.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2, case .object(let inner)? = value(of: parts[0]) else {
                shown[field] = value(of: field)
                continue
            }
            var merged: [String: JSONValue] = [:]
            if case .object(let present)? = shown[parts[0]] { merged = present }
            merged[parts[1]] = inner[parts[1]]
            shown[parts[0]] = .object(merged)
        }
        members = shown
    }

    func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

    /// A certificate in PEM as the platform gives it: without a line break at the end.
    static func pem(_ certificate: Certificate) -> String { text(certificate.pem) }

    /// PEM as text, without the line break at the end.
    static func text(_ pem: [UInt8]) -> String {
        String(decoding: pem.last == UInt8(ascii: "\n") ? pem.dropLast() : pem[...], as: UTF8.self)
    }

    /// The fields that a query asks for, all where it does not say.
    static func fields(_ request: Request, _ rules: X509Rules) throws(Refusal) -> [String] {
        let all = rules.fields
        guard let text = request.query("fields"), !text.isEmpty else { return all }
        let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let unknown = fields.filter { !all.contains($0) }
        guard unknown.isEmpty else {
            throw .reason(400, "The fields provided are not valid: [\(unknown.joined(separator: ","))]")
        }
        return fields
    }
}
