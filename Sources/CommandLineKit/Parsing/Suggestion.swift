/// Finds what somebody meant who mistyped a word.
public enum Suggestion {
    /// The hint that names the nearest of `candidates`, where one is near.
    static func hint(for word: String, among candidates: [String]) -> String? {
        nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
    }

    /// The candidate that needs the fewest edits, at most one for each three characters; else the only one that
    /// begins with the word.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(from: Array(word.utf8), to: Array(candidate.utf8))
            let allowed = min(word.utf8.count, candidate.utf8.count) / 3
            if distance <= allowed && distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        if let best { return best.candidate }
        let completed = candidates.filter { $0.hasPrefix(word) }
        return completed.count == 1 && word.utf8.count > 2 ? completed[0] : nil
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
    static func distance(from first: [UInt8], to second: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let replaced = previous[column] + (first[row] == second[column] ? 0 : 1)
                var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    least = min(least, beforePrevious[column - 1] + 1)
                }
                current.append(least)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[second.count]
    }
}
