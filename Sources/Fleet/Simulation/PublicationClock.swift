import MQTT

/// A clock that counts the intervals between a device's publications, as fast or slow as the fleet is to publish.
///
/// What is due is kept in its readings, not in times: a change of pace, to a standstill too, moves all of it at once.
struct PublicationClock {
    /// Intervals a second; 0 stands still.
    private(set) var pace: Double
    private var reading = 0.0
    private var since: MonotonicTime

    init(pace: Double, at now: MonotonicTime) { (self.pace, since) = (pace, now) }

    /// What it shows.
    func reading(at time: MonotonicTime) -> Double { reading + (time - since) * pace }

    /// When it shows a reading, at the pace of now; nil where it stands still.
    func time(of reading: Double) -> MonotonicTime? {
        pace > 0 ? since + (reading - self.reading) / pace : nil
    }

    /// Goes on at another pace.
    mutating func setPace(_ new: Double, at now: MonotonicTime) {
        guard new != pace else { return }
        (reading, since, pace) = (reading(at: now), now, new)
    }
}
