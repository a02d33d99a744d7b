import Glibc

/// A moment on the clock that only goes forward (CLOCK_MONOTONIC), in nanoseconds; see clock_gettime(2).
public struct MonotonicTime: Comparable, Hashable, Sendable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// That many seconds from now; negative ones are in the past.
    public static func after(_ seconds: Double) -> MonotonicTime { now + seconds }

    /// How many microseconds have passed since then.
    public var microsecondsAgo: Int64 { (MonotonicTime.now.nanoseconds - nanoseconds) / 1000 }

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Later by `seconds`, at most some three centuries.
    public static func + (time: MonotonicTime, seconds: Double) -> MonotonicTime {
        let added = min(max(seconds * 1e9, -4e18), 4e18)
        return MonotonicTime(nanoseconds: time.nanoseconds.addingReportingOverflow(Int64(added)).partialValue)
    }

    /// The seconds from `earlier` to `later`.
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Double {
        Double(later.nanoseconds - earlier.nanoseconds) / 1e9
    }
}
