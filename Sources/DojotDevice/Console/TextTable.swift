import CommandLineKit

/// Rows of text with aligned columns, two spaces between them. What steers a terminal is shown as bytes.
struct TextTable {
    private var rows: [[String]]
    /// The colours of cells, by row and column.
    private var colours: [[Int: Colour]] = [[:]]

    init(_ heading: String...) { rows = [heading] }

    /// Adds a row; an empty cell shows as "-".
    mutating func add(_ cells: String...) { add(cells) }

    /// Adds a row with some of its cells in colours, by their column.
    mutating func add(_ cells: [String], colours: [Int: Colour] = [:]) {
        rows.append(cells.map { $0.isEmpty ? "-" : $0.printable })
        self.colours.append(colours)
    }

    /// The heading and the rows, without spaces at their ends.
    var lines: [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return zip(rows, colours).map { row, colours in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += colours[column]?.paint(cell) ?? cell
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            return line
        }
    }
}
