// The generators of numbers. What they are is in units of the last decimal, so that what is drawn is what is printed.

extension GeneratorReader {
    mutating func range() throws(PayloadError) -> DecimalRange {
        let (lower, upper) = try pair("the lowest and the highest number, such as [20, 30]")
        return try decimalRange(lower, upper)
    }

    mutating func normal() throws(PayloadError) -> NormalDistribution {
        let (mean, deviation) = try pair("the mean and the standard deviation, such as [25, 2]")
        let (least, most) = (options.take("min"), options.take("max"))
        let written = try [mean, deviation].map { (element) throws(PayloadError) in
            DecimalRange.decimals(of: try element.digits(for: name.name))
        }
        let decimals = try decimals() ?? written.max() ?? 0
        let spread = try scaled(deviation, decimals)
        guard spread >= 0 else { throw deviation.error("a standard deviation is not below 0") }
        let lower = try least.map { (element) throws(PayloadError) in try scaled(element, decimals) }
        let upper = try most.map { (element) throws(PayloadError) in try scaled(element, decimals) }
        let bounds = (lower ?? -DecimalRange.largest, upper ?? DecimalRange.largest)
        guard bounds.0 <= bounds.1 else { throw value.error("\(name.name) has a \"max\" below its \"min\"") }
        return NormalDistribution(
            mean: try scaled(mean, decimals), deviation: spread, bounds: bounds.0...bounds.1, decimals: decimals)
    }

    mutating func walk() throws(PayloadError) -> RandomWalk {
        let (step, start) = (options.take("step"), options.take("start"))
        let range = try range()
        let longest = try step.map { (element) throws(PayloadError) -> Int64 in
            let longest = try scaled(element, range.decimals)
            guard longest > 0 else { throw element.error("a step is more than 0") }
            return longest
        }
        let first = try start.map { (element) throws(PayloadError) -> Int64 in
            let first = try scaled(element, range.decimals)
            guard first >= range.lower, first <= range.upper else { throw element.error("a walk starts in its range") }
            return first
        }
        return RandomWalk(range, step: longest, start: first)
    }

    mutating func sine() throws(PayloadError) -> DailySine {
        let (period, peak, noise) = (options.take("period"), options.take("peak"), options.take("noise"))
        let range = try range()
        var seconds = 86_400.0
        if let period {
            guard let given = PeriodText.seconds(try period.string(for: "period")), (0.001...3.2e9).contains(given)
            else {
                throw period.error("a period is a time such as \"24h\" or \"90s\"")
            }
            seconds = given
        }
        let highest = try peak.map { (element) throws(PayloadError) in try timeOfDay(element) } ?? 14 * 3600
        let spread = try noise.map { (element) throws(PayloadError) in try scaled(element, range.decimals) } ?? 0
        guard spread >= 0 else { throw noise?.error("noise is not below 0") ?? value.error("noise is not below 0") }
        return DailySine(range: range, period: seconds * 1000, peak: highest * 1000, noise: spread)
    }

    private func timeOfDay(_ element: JSONElement) throws(PayloadError) -> Double {
        let parts = try element.string(for: "peak").split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { throw element.error("a peak is a time of the day in UTC, such as \"14:00\"") }
        return Double(hour * 3600 + minute * 60)
    }

    mutating func counter() throws(PayloadError) -> Generator.Rule {
        let first = try value.integer(for: name.name)
        let step = try options.take("step").map { (element) throws(PayloadError) in try element.integer(for: "step") }
        return .counter(first: first, step: step ?? 1)
    }

    func probability() throws(PayloadError) -> Double {
        let probability = try value.number(for: name.name)
        guard (0...1).contains(probability) else { throw value.error("a probability is a number from 0 to 1") }
        return probability
    }

    private func pair(_ what: String) throws(PayloadError) -> (JSONElement, JSONElement) {
        guard case .array(let values) = value.content, values.count == 2 else {
            throw value.error("\(name.name) takes \(what)")
        }
        return (values[0], values[1])
    }

    private mutating func decimals() throws(PayloadError) -> Int? {
        guard let element = options.take("decimals") else { return nil }
        guard let decimals = Int(exactly: try element.integer(for: "decimals")), (0...15).contains(decimals) else {
            throw element.error("decimals is a whole number from 0 to 15")
        }
        return decimals
    }

    private mutating func decimalRange(_ lower: JSONElement, _ upper: JSONElement) throws(PayloadError) -> DecimalRange
    {
        let decimals = try decimals()
        let texts = (try lower.digits(for: "the lowest number"), try upper.digits(for: "the highest number"))
        do throws(PayloadError) {
            return try DecimalRange(texts.0, texts.1, decimals: decimals)
        } catch {
            throw value.error("the range \(error.message)")
        }
    }

    /// A number in units of the last decimal.
    private func scaled(_ element: JSONElement, _ decimals: Int) throws(PayloadError) -> Int64 {
        let digits = try element.digits(for: name.name)
        guard DecimalRange.decimals(of: digits) <= decimals else {
            throw element.error("\(digits.shown) has more than \(decimals) decimals, which \"decimals\" would allow")
        }
        guard let scaled = DecimalRange.scaled(digits, decimals) else {
            throw element.error("\(name.name) needs plain numbers of at most 15 digits")
        }
        return scaled
    }
}
