/// Which part of a list is shown, by `page_size` and `page_num`.
struct Pagination: Encodable {
    let page: Int
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

    init(of count: Int, _ request: Request) {
        let size = min(max(request.query("page_size").flatMap { Int($0) } ?? 20, 1), 1_000_000)
        total = max((count + size - 1) / size, 1)
        page = min(max(request.query("page_num").flatMap { Int($0) } ?? 1, 1), 1_000_000)
        hasNext = page < total
        nextPage = hasNext ? page + 1 : nil
        let start = min((page - 1) * size, count)
        range = start..<min(start + size, count)
    }
}
