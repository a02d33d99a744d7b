/// Which certificates are meant, by the conditions in a query, and which page of them, by `page` and `limit`.
struct CertificatePage {
    struct Link: Encodable {
        let number: Int
        let url: String
    }

    struct Paging: Encodable {
        let previous: Link?
        let current: Link
        let next: Link?
        let totalItems: Int
        let totalPages: Int
        let limitPerPage: Int

        private enum CodingKeys: CodingKey { case previous, current, next, totalItems, totalPages, limitPerPage }

        /// Keeps `previous` and `next` where they are null.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(previous, forKey: .previous)
            try container.encode(current, forKey: .current)
            try container.encode(next, forKey: .next)
            try container.encode(totalItems, forKey: .totalItems)
            try container.encode(totalPages, forKey: .totalPages)
            try container.encode(limitPerPage, forKey: .limitPerPage)
        }
    }

    private static let mostPerPage = 250
    private static let usualPerPage = 25

    private let number: Int
    private let limit: Int
    private let query: [(name: String, value: String)]
    /// By name: the value to have, nil for none at all.
    private let conditions: [(name: String, value: String?)]

    /// Reads a query as the release does.
    init(_ request: Request, _ rules: X509Rules) throws(Refusal) {
        number = min(max(request.query("page").flatMap { Int($0) } ?? 1, 1), 1_000_000)
        let limit = request.query("limit").map { Int($0) ?? 0 } ?? Self.usualPerPage
        self.limit = limit < 1 ? rules.limitInsteadOfNone(Self.usualPerPage) : min(limit, Self.mostPerPage)
        query = request.query.filter { $0.name != "page" && $0.name != "limit" }
        conditions = rules.filtersByKeyVal ? try Self.pairs(query) : query.map { ($0.name, $0.value) }
    }

    /// The conditions of `keyVal`, as db/CommonModel.js of 0.8 takes it apart: at commas, then at `=`, `:` or `|`, of which only the first
    /// two parts count; a fingerprint with colons is so cut short.
    private static func pairs(
        _ query: [(name: String, value: String)]
    ) throws(Refusal) -> [(name: String, value: String?)] {
        let texts = query.filter { $0.name == "keyVal" }.map(\.value)
        guard let text = texts.first, !text.isEmpty else { return [] }
        // Of several, Express makes an array, which has no `split`.
        guard texts.count == 1 else { throw .unexpectedError }
        var result: [(name: String, value: String?)] = []
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(omittingEmptySubsequences: false) { "=:|".contains($0) }
            guard parts.count > 1 else { throw .unexpectedError }
            result.append((String(parts[0]), parts[1] == "null" ? nil : String(parts[1])))
        }
        return result
    }

    /// Certificates among which those are that are asked for: few, where a condition is one that they are found by.
    func candidates(in table: CertificateTable) -> [IssuedCertificate] {
        for condition in conditions {
            switch condition.name {
            case "fingerprint": return condition.value.flatMap { table.kept(fingerprint: $0) }.map { [$0] } ?? []
            case "belongsTo.device": if let device = condition.value { return table.associated(with: device) }
            default: continue
            }
        }
        return table.all
    }

    /// Whether a certificate is one that is asked for; conditions on what nobody knows are overlooked.
    func means(_ record: IssuedCertificate.Record) -> Bool {
        conditions.allSatisfy { condition in
            switch condition.name {
            case "fingerprint": record.fingerprint == condition.value
            case "belongsTo.device": record.device == condition.value
            case "belongsTo.application": condition.value == nil
            default: true
            }
        }
    }

    /// The part of as many certificates that is on the page.
    func range(of count: Int) -> Range<Int> {
        let start = min((number - 1) * limit, count)
        return start..<min(start + limit, count)
    }

    /// What is said of the page.
    func paging(of count: Int) -> Paging {
        let total = (count + limit - 1) / limit
        return Paging(
            previous: number > 1 ? link(number - 1) : nil, current: link(number),
            next: number < total ? link(number + 1) : nil, totalItems: count, totalPages: total, limitPerPage: limit)
    }

    /// The platform writes its own path, which the gateway does not know by that name: of use is the number.
    private func link(_ number: Int) -> Link {
        let pairs = query.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
        let all = pairs + ["page=\(number)", "limit=\(limit)"]
        return Link(number: number, url: "/api/v1/certificates?" + all.joined(separator: "&"))
    }

    /// Percent-encodes all but what needs none anywhere (RFC 3986, section 2.3).
    private static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
