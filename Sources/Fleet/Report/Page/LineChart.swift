/// Curves over the time of a run, as an SVG drawing that needs nothing else.
struct LineChart {
    /// One curve.
    struct Series {
        let name: String
        /// The class that the page's style gives its colour.
        let style: String
        /// Rising in time; seconds since the start.
        let points: [(second: Double, value: Double)]
        /// Whether it is what was aimed at, not what was reached.
        var isTarget = false
    }

    let title: String
    let unit: String
    let series: [Series]
    /// How long the run was, in seconds.
    let duration: Double
    /// Whether each line across is ten times the one below.
    var isLogarithmic = false
    /// A value that is marked by a line across.
    var limit: Double?
    /// What the scale must reach at least.
    var least: Double = 1
    /// Beyond this many seconds there is no line from one point to the next.
    var gap: Double = .infinity

    private static let (width, height) = (960.0, 260.0)
    private static let (left, right, top, bottom) = (64.0, 28.0, 10.0, 30.0)

    /// The drawing with its heading and legend.
    var html: String {
        """
        <figure>
        <figcaption><h2>\(title.escapedHTML)</h2><span class="unit">\(unit.escapedHTML)</span>\(legend)</figcaption>
        <div class="wide"><svg class="chart" viewBox="0 0 \(Self.width.svg) \(Self.height.svg)" role="img" \
        aria-label="\(title.escapedHTML)">
        \(grid)\(curves)
        </svg></div>
        </figure>

        """
    }

    private var legend: String {
        let entries = series.map { series in
            "<span class=\"key \(series.style)\(series.isTarget ? " target" : "")\">\(series.name.escapedHTML)</span>"
        }
        return "<span class=\"legend\">\(entries.joined())</span>"
    }

    // MARK: - Scales

    private var values: [Double] { series.flatMap { $0.points.map(\.value) } }

    private var valueScale: ChartScale {
        let highest = max(values.max() ?? 0, least)
        guard isLogarithmic else { return ChartScale(linearTo: highest) }
        return ChartScale(logarithmicFrom: values.filter { $0 > 0 }.min() ?? 1, to: highest)
    }

    private func x(_ second: Double) -> Double {
        Self.left + second / max(duration, 1) * (Self.width - Self.left - Self.right)
    }

    private func y(_ value: Double, _ scale: ChartScale) -> Double {
        Self.height - Self.bottom - scale.place(of: value) * (Self.height - Self.top - Self.bottom)
    }

    private var grid: String {
        let scale = valueScale
        var text = ""
        for mark in scale.marks {
            let y = y(mark, scale).svg
            text +=
                "<line class=\"grid\" x1=\"\(Self.left.svg)\" x2=\"\((Self.width - Self.right).svg)\" y1=\"\(y)\" y2=\"\(y)\"/>"
            text +=
                "<text x=\"\((Self.left - 8).svg)\" y=\"\(y)\" dy=\".35em\" text-anchor=\"end\">\(mark.axisText)</text>\n"
        }
        for second in ChartScale.times(to: duration) {
            let x = x(second).svg
            text +=
                "<text x=\"\(x)\" y=\"\((Self.height - 8).svg)\" text-anchor=\"middle\">\(second.clockText)</text>\n"
        }
        if let limit, limit <= scale.highest {
            let y = y(limit, scale).svg
            text +=
                "<line class=\"limit\" x1=\"\(Self.left.svg)\" x2=\"\((Self.width - Self.right).svg)\" y1=\"\(y)\" y2=\"\(y)\"/>\n"
        }
        return text
    }

    private var curves: String {
        let scale = valueScale
        // The first stands before the others.
        return series.reversed().map { series in
            var (line, dots) = ("", "")
            for (index, point) in series.points.enumerated() {
                let place = "\(x(point.second).svg) \(y(point.value, scale).svg)"
                let goesOn = index > 0 && point.second - series.points[index - 1].second <= gap
                let isLast = index + 1 == series.points.count || series.points[index + 1].second - point.second > gap
                if goesOn {
                    line += "L\(place)"
                } else if isLast {
                    // A point alone is a dot: a line of no length with round ends.
                    dots += "M\(place)h.01"
                } else {
                    line += "M\(place)"
                }
            }
            let style = series.style + (series.isTarget ? " target" : "")
            return (line.isEmpty ? "" : "<path class=\"\(style)\" d=\"\(line)\"/>")
                + (dots.isEmpty ? "" : "<path class=\"\(style) dots\" d=\"\(dots)\"/>")
        }.joined(separator: "\n")
    }
}

extension Double {
    /// A coordinate: two decimals are a hundredth of a pixel.
    var svg: String {
        let rounded = (self * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    }

    /// A value on an axis: 15k, 0.5.
    fileprivate var axisText: String {
        if self >= 1e6 { return "\((self / 1e6).shortText)M" }
        return self >= 10_000 ? "\((self / 1000).shortText)k" : shortText
    }

    /// Seconds as a clock shows them: 0:05, 12:04, 1:00:00.
    var clockText: String {
        let all = Int(self)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(seconds))" : "\(minutes):\(two(seconds))"
    }
}
