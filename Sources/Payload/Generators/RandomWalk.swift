/// A value that goes up and down in small steps, and turns round at the bounds of a range.
public struct RandomWalk: Equatable, Sendable {
    let range: DecimalRange
    /// The longest step, in units of the last decimal.
    let longest: Int64
    /// Where it begins; nil for anywhere.
    let start: Int64?

    /// - Parameters:
    ///   - step: The longest step, in units of the last decimal; without it a twentieth of the range, or one unit where that
    ///     is more.
    ///   - start: Where it begins, in units of the last decimal; without it anywhere in the range.
    init(_ range: DecimalRange, step: Int64? = nil, start: Int64? = nil) {
        self.range = range
        longest = min(step ?? max(range.span / 20, 1), range.span)
        self.start = start
    }

    func first(_ random: inout SplitMix64) -> Int64 { start ?? random.next(in: range.lower...range.upper) }

    func next(after value: Int64, _ random: inout SplitMix64) -> Int64 {
        let moved = value + random.next(in: -longest...longest)
        // Reflected at the bounds; a step is never longer than the range, so once is enough.
        if moved > range.upper { return 2 * range.upper - moved }
        if moved < range.lower { return 2 * range.lower - moved }
        return moved
    }
}
