/// Text in lines of a limited width.
enum TextBlock {
    /// Breaks `text` between words; a line that begins with a space is kept as it is.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for source in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if source.hasPrefix(" ") {
                lines.append(String(source))
                continue
            }
            var line = ""
            for word in source.split(separator: " ") {
                if !line.isEmpty && line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                if !line.isEmpty { line += " " }
                line.append(contentsOf: word)
            }
            lines.append(line)
        }
        return lines
    }

    /// A label and its text, the text from `column` on, in the next line where the label reaches beyond.
    static func row(_ label: String, _ text: String, column: Int, width: Int) -> [String] {
        guard !text.isEmpty else { return ["  " + label] }
        let indent = String(repeating: " ", count: column)
        let lines = wrapped(text, width: max(width - column, 20))
        let texts = lines.map { indent + $0 }
        guard label.count + 4 <= column else { return ["  " + label] + texts }
        return [padded("  " + label, to: column) + lines[0]] + texts.dropFirst()
    }

    /// Short texts side by side, read along the lines.
    static func columns(_ texts: [String], width: Int) -> [String] {
        let cell = (texts.map(\.count).max() ?? 0) + 3
        let perLine = max(1, (width - 2 + 3) / cell)
        return stride(from: 0, to: texts.count, by: perLine).map { start in
            let line = texts[start..<min(start + perLine, texts.count)]
            return "  " + line.dropLast().map { padded($0, to: cell) }.joined() + (line.last ?? "")
        }
    }

    private static func padded(_ text: String, to length: Int) -> String {
        text + String(repeating: " ", count: max(0, length - text.count))
    }
}
