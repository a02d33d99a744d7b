/// A heading of a help text with rows of a label and what it means.
struct HelpSection {
    typealias Row = (label: String, text: String)

    let heading: String
    var rows: [Row]

    init(_ heading: String, rows: [Row]) {
        self.heading = heading
        self.rows = rows
    }

    /// The heading and the rows, their texts from `column` on.
    func lines(column: Int, width: Int) -> [String] {
        ["\(heading):"] + rows.flatMap { TextBlock.row($0.label, $0.text, column: column, width: width) }
    }

    /// The column where the texts of all `sections` can begin; labels of more than a third of the width, or of 26
    /// characters, stand in a line of their own.
    static func column(for sections: [HelpSection], width: Int) -> Int {
        let lengths = sections.flatMap { $0.rows.map(\.label.count) }
        return (lengths.filter { $0 <= min(26, width / 3) }.max() ?? 0) + 4
    }
}
