/// What a terminal may obey instead of showing it, in what a program printed.
public enum TerminalControls {
    /// The control characters, direction marks and line separators of a text but "\n", such as ["U+1B"].
    public static func found(in text: String) -> [String] {
        text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }.map { "U+" + String($0.value, radix: 16, uppercase: true) }
    }
}
