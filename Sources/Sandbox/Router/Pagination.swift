/// Which part of a list is shown, by `page_size` and `page_num` (dojot/device-manager, DeviceManager/utils.py, get_pagination, v0.8.0;
/// Flask-SQLAlchemy 2.3.2).
struct Pagination: Encodable {
    let page: Int
    /// The number of pages; 0 where the list is empty.
    let total: Int
    let hasNext: Bool
    let nextPage: Int?
    /// The part of the list.
    let range: Range<Int>

    private enum CodingKeys: String, CodingKey {
        case page, total
        case hasNext = "has_next"
        case nextPage = "next_page"
    }

    /// Reads the part that a request asks for; 500 where a number is none, as device-manager does not handle that exception.
    init(of count: Int, _ request: Request) throws(Refusal) {
        guard let page = Int(request.query("page_num") ?? "1"), let size = Int(request.query("page_size") ?? "20")
        else {
            throw .flask(500)
        }
        guard page >= 1 else { throw Refusal(400, "Page numbers must be greater than 1") }
        guard size >= 1 else { throw Refusal(400, "At least one entry per page is mandatory") }
        self.page = page
        total = count / size + (count % size == 0 ? 0 : 1)
        hasNext = page < total
        nextPage = hasNext ? page + 1 : nil
        let start = page > total ? count : (page - 1) * size
        range = start..<(size > count - start ? count : start + size)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(page, forKey: .page)
        try container.encode(total, forKey: .total)
        try container.encode(hasNext, forKey: .hasNext)
        try container.encode(nextPage, forKey: .nextPage)
    }
}
