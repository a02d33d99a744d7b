import MQTT

/// Lets devices that are asked for at once begin one after the other: as one bundle they would wait for each other's handshakes.
struct Ascent {
    /// Over how long they begin, in seconds; 0 for at once.
    let spread: Double
    private var first = 0
    private var last = 0
    private var begin = MonotonicTime.now

    init(over spread: Double) { self.spread = spread }

    /// How many may have begun by now of so many that are wanted.
    ///
    /// - Parameter begun: how many have begun and not ended.
    mutating func allowed(of wanted: Int, begun: Int, at now: MonotonicTime) -> Int {
        guard spread > 0, wanted > begun else {
            last = wanted
            return wanted
        }
        if wanted != last { (first, last, begin) = (begun, wanted, now) }
        let share = min(1, (now - begin) / spread)
        return min(wanted, first + 1 + Int(Double(wanted - first) * share))
    }
}
