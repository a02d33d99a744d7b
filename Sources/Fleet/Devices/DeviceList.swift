public import Dojot
import FoundationEssentials
import Payload

/// The devices of a fleet, in the order given.
public struct DeviceList: Sendable, Equatable {
    /// Their names; none comes twice.
    public let names: [DeviceName]
    /// A label for each, empty where it has none; none at all where no device has one.
    private let labels: [String]

    /// The devices given, in that order.
    ///
    /// - Throws: `FleetError` with `.invalidList` where one comes twice, or none is there.
    public init(_ names: [DeviceName]) throws(FleetError) { try self.init(names, labels: []) }

    private init(_ names: [DeviceName], labels: [String]) throws(FleetError) {
        guard !names.isEmpty else { throw FleetError(.invalidList, "there is no device in it") }
        var seen: Set<String> = []
        for name in names where !seen.insert(name.description).inserted {
            throw FleetError(.invalidList, "the device \(name) is there twice")
        }
        (self.names, self.labels) = (names, labels)
    }

    /// A device's label, by its place; nil where it has none.
    public func label(of index: Int) -> String? {
        guard labels.indices.contains(index), !labels[index].isEmpty else { return nil }
        return labels[index]
    }

    /// Reads one id a line, or CSV (RFC 4180) whose first line has a column `id`, and may have a column `label`. The fields may also be
    /// separated by ";" or by tabs, as spreadsheets write them.
    ///
    /// Empty lines, and lines that begin with `#`, are left out.
    /// - Throws: `FleetError` with `.invalidList`; the message tells the line.
    public init(text: String) throws(FleetError) {
        var table = CSVReader(text, separator: Self.separator(of: text))
        var (column, labelColumn): (Int?, Int?)
        var (names, labels): ([DeviceName], [String]) = ([], [])
        while let row = try Self.row(of: &table) {
            if row.fields == [""] || row.fields[0].hasPrefix("#") { continue }
            if names.isEmpty, column == nil {
                if let found = row.fields.firstIndex(of: "id") {
                    (column, labelColumn) = (found, row.fields.firstIndex(of: "label"))
                    continue
                }
                guard row.fields.count == 1 else {
                    throw FleetError(.invalidList, "line \(row.line): a table needs a column \"id\" in its first line")
                }
            }
            let index = column ?? 0
            guard index < row.fields.count else {
                throw FleetError(.invalidList, "line \(row.line): there is no field in the column \"id\"")
            }
            do throws(DojotError) {
                names.append(try DeviceName(row.fields[index]))
            } catch {
                throw FleetError(.invalidList, "line \(row.line): \(error.message)")
            }
            if let labelColumn { labels.append(labelColumn < row.fields.count ? row.fields[labelColumn] : "") }
        }
        try self.init(names, labels: labels)
    }

    /// The first `count` of them, or all where there are fewer.
    public func prefix(_ count: Int) throws(FleetError) -> DeviceList {
        try DeviceList(Array(names.prefix(count)), labels: Array(labels.prefix(count)))
    }

    /// The separator of the first line, if that line has a column `id`; else a comma.
    private static func separator(of text: String) -> UInt8 {
        let start = text.drop { $0 == "\u{FEFF}" }
        let first = start.split(whereSeparator: \.isNewline).first { !$0.hasPrefix("#") } ?? ""
        let found = [",", ";", "\t"].first { separator in
            let fields = first.split(separator: Character(separator), omittingEmptySubsequences: false)
            return fields.count > 1 && fields.contains { $0 == "id" || $0 == "\"id\"" }
        }
        return found?.utf8.first ?? UInt8(ascii: ",")
    }

    private static func row(of table: inout CSVReader) throws(FleetError) -> CSVReader.Row? {
        do throws(PayloadError) {
            return try table.next()
        } catch {
            throw FleetError(.invalidList, error.description)
        }
    }

    /// One of `count` parts without overlap, together the whole: every `count`-th device from `index` on.
    ///
    /// - Parameters:
    ///   - index: from 0 to below `count`.
    ///   - count: 1 or more.
    /// - Returns: nil where there are fewer devices than that.
    public func shard(_ index: Int, of count: Int) -> DeviceList? {
        let part = stride(from: index, to: names.count, by: count)
        return try? DeviceList(part.map { names[$0] }, labels: labels.isEmpty ? [] : part.map { labels[$0] })
    }
}
