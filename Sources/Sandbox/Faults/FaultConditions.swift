/// When a fault happens to what it is about.
struct FaultConditions: Sendable, Equatable {
    /// So many times only.
    private(set) var count: Int?
    /// Not the first so many times.
    private(set) var after = 0
    private(set) var probability = 1.0
    /// Seconds from when the rule is given.
    private(set) var duration: Double?

    /// Reads a word of a rule; false where it is none of these.
    mutating func take(_ word: FaultWord) -> Bool {
        switch word.name {
        case "count":
            count = word.whole
            return count != nil
        case "after":
            guard let number = word.whole else { return false }
            after = number
        case "probability":
            guard let number = word.number, number <= 1 else { return false }
            probability = number
        case "for":
            duration = word.number
            return duration != nil
        default: return false
        }
        return true
    }
}
