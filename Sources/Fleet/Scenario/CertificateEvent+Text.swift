import Payload

extension CertificateEvent {
    /// Reads what a line says: "5% at 3m over 2m", or several such, with commas between them.
    ///
    /// - Throws: `FleetError` with `.invalidDeclaration`.
    public static func list(_ kind: Kind, _ text: String) throws(FleetError) -> [CertificateEvent] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { (part) throws(FleetError) in
            try CertificateEvent(kind, words: part.split(separator: " "))
        }
    }

    private init(_ kind: Kind, words: [Substring]) throws(FleetError) {
        let isSpread = words.count == 5 && words[3] == "over"
        guard words.count == 3 || isSpread, words[1] == "at", let share = ScenarioPhase.Quantity(words[0]),
            let time = Self.seconds(words[2]), let spread = isSpread ? Self.seconds(words[4]) : 0
        else {
            throw FleetError(
                .invalidDeclaration, "it takes a number of devices, or a share of them, and a time",
                hint: "write 5% at 3m, or 20 at 3m over 2m")
        }
        self.init(kind, at: time, share: share, spread: spread)
    }

    private static func seconds(_ text: Substring) -> Double? {
        PeriodText.seconds(String(text)).flatMap { ScenarioPhase.times.contains($0) ? $0 : nil }
    }
}
