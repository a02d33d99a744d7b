/// Which values a request to the InfluxDB retriever asks for.
///
/// The checks and their words: dojot/dojot, storage/time-series/influxdb/retriever/app/express/interceptors/CustomPaginator.js and
/// api/v1.yml, v0.8.0 and 1.0.0-rc.3; express-paginate 1.0, express-openapi-validator 4.8.
struct TimeSeriesQuery {
    /// Where a page is, as dojot describes it.
    struct Place: Encodable {
        let number: Int
        let url: String
    }

    struct Paging: Encodable {
        let previous: Place?
        let current: Place
        let next: Place?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(previous, forKey: .previous)
            try container.encode(current, forKey: .current)
            try container.encode(next, forKey: .next)
        }

        private enum CodingKeys: CodingKey {
            case previous, current, next
        }
    }

    /// The most values of a page, which is also how many there are where none is said.
    static let mostPerPage = 256

    private let path: String
    private var parameters: [(name: String, value: String)]
    let from: Double?
    /// The time before which a value must lie: now, where none is said.
    let to: Double
    let limit: Int
    let page: Int
    let isAscending: Bool

    init(_ call: Call) throws(Refusal) {
        let request = call.request
        path = request.path
        let wanted = request.query("limit").map { Int($0) ?? 0 } ?? Self.mostPerPage
        guard wanted <= Self.mostPerPage else {
            throw .error(400, "The configured maximum limit is \(Self.mostPerPage)")
        }
        limit = wanted < 1 ? Self.mostPerPage : wanted
        page = max(request.query("page").flatMap { Int($0) } ?? 1, 1)
        try Self.check(request)
        var faults = Self.faults(of: call)
        for name in ["dateFrom", "dateTo"] {
            if let text = request.query(name), Time.rfc3339(text) == nil {
                faults.append(#"request.query.\#(name) should match format "date-time""#)
            }
        }
        let order = request.query("order") ?? "desc"
        if !["asc", "desc"].contains(order) {
            faults.append("request.query.order should be equal to one of the allowed values: asc, desc")
        }
        guard faults.isEmpty else { throw .error(400, faults.joined(separator: ", ")) }
        isAscending = order == "asc"
        from = request.query("dateFrom").flatMap { Time.rfc3339($0) }
        let now = Time.now
        to = request.query("dateTo").flatMap { Time.rfc3339($0) } ?? now
        guard from ?? 0 < to else {
            throw .error(
                400,
                "InfluxDB: Bad Request -> error in building plan while starting program: cannot query an empty range")
        }
        parameters = request.query.filter { $0.name != "page" && $0.name != "limit" }
        parameters.append(("limit", "\(limit)"))
        if request.query("order") == nil { parameters.append(("order", order)) }
        // Without it, new values would move the pages.
        if request.query("dateTo") == nil { parameters.append(("dateTo", Time.iso(now))) }
    }

    /// The page of a list of values, which are in the order of their times.
    func page<Item>(of all: [Item]) -> [Item] {
        let (start, isTooFar) = (page - 1).multipliedReportingOverflow(by: limit)
        guard !isTooFar, start < all.count else { return [] }
        let end = min(start + limit, all.count)
        return isAscending ? Array(all[start..<end]) : all[(all.count - end)..<(all.count - start)].reversed()
    }

    /// What the answer says of its page and those beside it: a page that is full has a next one, which may be empty.
    func paging(ofPageWith count: Int) -> Paging {
        Paging(
            previous: page > 1 ? place(page - 1) : nil, current: place(page),
            next: count < limit ? nil : place(page + 1))
    }

    private func place(_ number: Int) -> Place {
        let query = ([("page", "\(number)")] + parameters).map { name, value in
            "\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"
        }
        return Place(number: number, url: path + "?" + query.joined(separator: "&"))
    }

    /// Refuses parameters that the API does not describe, and those without a value.
    private static func check(_ request: Request) throws(Refusal) {
        let known = ["dateFrom", "dateTo", "limit", "page", "order"]
        for (name, value) in request.query {
            guard known.contains(name) else { throw .error(400, "Unknown query parameter '\(name)'") }
            guard !value.isEmpty else { throw .error(400, "Empty value found for query parameter '\(name)'") }
        }
    }

    /// What is wrong with the path's parameters.
    private static func faults(of call: Call) -> [String] {
        let (device, attribute) = (call.parameter("id"), call.parameters["attr"])
        var faults: [String] = []
        if device.utf8.count > 8 { faults.append("request.params.deviceId should NOT be longer than 8 characters") }
        if !device.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
            faults.append(#"request.params.deviceId should match pattern "^[0-9a-fA-F]*$""#)
        }
        guard let attribute else { return faults }
        if attribute.utf8.count > 128 { faults.append("request.params.attr should NOT be longer than 128 characters") }
        if !attribute.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }) {
            faults.append(#"request.params.attr should match pattern "^[a-zA-Z0-9_-]+$""#)
        }
        return faults
    }
}
