/// One of several values, each as often as its weight says.
public struct WeightedChoice: Equatable, Sendable {
    private let values: [[UInt8]]
    /// What the weights come to, up to and with each.
    private let ends: [UInt64]

    /// - Parameter weights: As many as there are values, each below 2^32, not all 0.
    init(_ values: [[UInt8]], weights: [UInt64]) {
        self.values = values
        var sum: UInt64 = 0
        ends = weights.map { weight in
            sum += weight
            return sum
        }
    }

    func next(_ random: inout SplitMix64) -> [UInt8] {
        let drawn = random.next(below: ends[ends.count - 1])
        return values[ends.firstIndex { drawn < $0 } ?? 0]
    }
}
