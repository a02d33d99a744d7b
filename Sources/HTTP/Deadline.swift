import Glibc

/// A point in time by which something must be done, on the monotonic clock: setting the machine's clock does not move it.
public struct Deadline: Sendable, Hashable, Comparable {
    /// Seconds of the monotonic clock (`CLOCK_MONOTONIC`, clock_gettime(2)).
    private let instant: Double
    /// How long the whole was, in seconds, for messages such as "no answer within 60 s".
    public let seconds: Double

    /// The point that is `seconds` from now; a negative number is one that has passed already.
    public init(seconds: Double) {
        self.seconds = seconds
        instant = Deadline.now() + seconds
    }

    /// The seconds that are left, 0 where it has passed.
    public var remaining: Double { max(0, instant - Deadline.now()) }

    /// Whether the time is over.
    public var hasPassed: Bool { remaining == 0 }

    /// The whole time for a message: "60 s", "0.5 s".
    var spelled: String {
        seconds == seconds.rounded() && abs(seconds) < 1e9 ? "\(Int(seconds)) s" : "\(seconds) s"
    }

    /// The one that passes first is the smaller.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
