/// What a terminal shows of what a program printed, as far as our programs steer one: they go back to a line's start or some
/// lines up, and erase from there. Its lines are as long as they need to be.
public struct TerminalScreen {
    private var rows: [[Character]] = [[]]
    private var (row, column) = (0, 0)
    /// What it showed each time that something was about to be written again, as lines.
    public private(set) var frames: [[String]] = []

    public init(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r":
                if rest.first != "\n" { frames.append(lines) }
                column = 0
            case "\n":
                row += 1
                if row == rows.count { rows.append([]) }
            case "\u{1B}" where rest.first == "[":
                rest.removeFirst()
                let number = rest.prefix { ("0"..."9").contains($0) }
                rest = rest[number.endIndex...]
                obey(rest.popFirst(), Int(String(number)))
            default: write(Character(scalar))
            }
        }
    }

    /// What it shows in the end, without empty lines at the end.
    public var lines: [String] {
        var lines = rows.map { row in String(String(row).reversed().drop { $0 == " " }.reversed()) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// ECMA-48: CUU (A), ED (J) and EL (K); others are not ours.
    private mutating func obey(_ command: Unicode.Scalar?, _ number: Int?) {
        switch command {
        case "A": row = max(0, row - (number ?? 1))
        case "J", "K":
            rows[row].removeSubrange(min(column, rows[row].count)...)
            if command == "J" { rows.removeSubrange((row + 1)...) }
        default: break
        }
    }

    private mutating func write(_ character: Character) {
        while rows[row].count < column { rows[row].append(" ") }
        if column < rows[row].count { rows[row][column] = character } else { rows[row].append(character) }
        column += 1
    }
}
