/// The values of one column of a table, held once for all devices, and said one after the other, over and over.
public struct ReplayedColumn: Equatable, Sendable {
    /// Which value a device begins with.
    public enum Start: String, CaseIterable, Sendable {
        case first, random
    }

    /// All values as JSON, one behind the other: a table may be large, and an array each would be larger than most values.
    private let text: [UInt8]
    /// Where each ends.
    private let ends: [Int]
    let start: Start

    /// Takes the column out of comma-separated values (RFC 4180) whose first line has the names.
    ///
    /// A field is typed as `Attribute` types what is behind `=`; an empty one is null, and an empty line is left out.
    ///
    /// - Parameter name: May be left out where there is one column only.
    /// - Throws: `PayloadError` without a position in the template: the place is in the table.
    init(_ name: String?, of table: [UInt8], start: Start) throws(PayloadError) {
        var reader = CSVReader(table)
        guard let names = try reader.next()?.fields else { throw PayloadError("the table is empty") }
        guard let column = names.count == 1 && name == nil ? 0 : names.firstIndex(where: { $0 == name }) else {
            let known = names.map { "\"\($0.shown)\"" }.joined(separator: ", ")
            throw PayloadError(
                name.map { "the table has no column \"\($0.shown)\"; there are \(known)" }
                    ?? "\"column\" says which of the table's columns: \(known)")
        }
        var (text, ends): ([UInt8], [Int]) = ([], [])
        while let row = try reader.next() {
            if row.fields == [""] && names.count > 1 { continue }
            guard column < row.fields.count else {
                throw PayloadError("line \(row.line): there is no field in the column \"\(names[column].shown)\"")
            }
            let field = row.fields[column]
            text += field.isEmpty ? Array("null".utf8) : Attribute.typed(field)
            ends.append(text.count)
        }
        guard !ends.isEmpty else { throw PayloadError("the table has no line below its names") }
        (self.text, self.ends, self.start) = (text, ends, start)
    }

    func first(_ random: inout SplitMix64) -> Int64 {
        start == .first ? 0 : Int64(random.next(below: UInt64(ends.count)))
    }

    /// Appends the value of that row, and gives the row that comes next.
    func append(row: Int64, to buffer: inout [UInt8]) -> Int64 {
        let row = Int(row)
        buffer.append(contentsOf: text[(row == 0 ? 0 : ends[row - 1])..<ends[row]])
        return row + 1 == ends.count ? 0 : Int64(row + 1)
    }
}
