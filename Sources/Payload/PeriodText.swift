/// Lengths of time as a person writes them: `5s`, `500ms`, `1.5m`, `2h`, `30d`, `2w`, or seconds without a unit.
public enum PeriodText {
    /// The seconds; nil where `text` is none. They may be 0, or less, as the number says.
    public static func seconds(_ text: String) -> Double? {
        let unit = text.drop { $0 != "-" && $0 != "+" && $0 != "e" && !$0.isLetter }
        let factors: [Substring: Double] = [
            "": 1, "ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800,
        ]
        guard let factor = factors[unit], let number = Double(text.dropLast(unit.count)), number.isFinite else {
            return nil
        }
        return number * factor
    }
}
