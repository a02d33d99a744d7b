/// Sentences with blanks, and text from outside made fit for a terminal.
enum Text {
    /// Puts values in the place of the words in braces; one that has no value stays as it is.
    static func fill(_ sentence: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = sentence[...]
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            result += rest[..<start]
            let name = String(rest[rest.index(after: start)..<end])
            result += values[name].map(shown) ?? "{\(name)}"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// The text without control characters or what turns its direction, at most 300 characters long.
    static func shown(_ text: String) -> String {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                shown += " "
            default: shown.unicodeScalars.append(scalar)
            }
            count += 1
            if count == 300 { return shown + "…" }
        }
        return shown
    }

    /// A length of time in its largest unit: "45 s", "3 min", "5 h", "3650 d".
    static func span(_ seconds: Int64) -> String {
        switch seconds.magnitude {
        case ..<120: "\(seconds.magnitude) s"
        case ..<7200: "\(seconds.magnitude / 60) min"
        case ..<172_800: "\(seconds.magnitude / 3600) h"
        default: "\(seconds.magnitude / 86_400) d"
        }
    }
}
