/// Numbers around a mean, two thirds of them within one standard deviation of it.
public struct NormalDistribution: Equatable, Sendable {
    /// In units of the last decimal, as all here.
    let mean: Int64
    let deviation: Int64
    /// What is beyond the bounds is drawn to them.
    let bounds: ClosedRange<Int64>
    let decimals: Int

    func next(_ random: inout SplitMix64) -> Int64 {
        let value = (Double(mean) + Double(deviation) * random.nextNormal()).rounded()
        return min(max(Int64(value), bounds.lowerBound), bounds.upperBound)
    }
}
