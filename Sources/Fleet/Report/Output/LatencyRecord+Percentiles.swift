internal import Histogram

extension LatencyRecord {
    /// The percentiles in milliseconds as HdrHistogram's own tools write and plot them (`.hgrm`), five steps for each halving
    /// of the distance to 100 %; empty where nothing was recorded.
    ///
    /// The format is that of `outputPercentileDistribution`, <https://hdrhistogram.github.io/HdrHistogram/>.
    public var percentileDistribution: String {
        guard count > 0 else { return "" }
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1000)
        return text
    }
}
