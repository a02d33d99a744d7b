import Glibc
import MQTT

/// How much of the machine's processors this process uses, from one look to the next, see getrusage(2).
public struct OwnLoad {
    /// Above this share its own figures are suspect: what was due waits for a processor.
    public static let suspect = 0.85

    private let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    private var last = OwnLoad.used()
    private var time = MonotonicTime.now

    /// Begins to look.
    public init() {}

    /// The share since the last look, 0 to 1 for all processors.
    public mutating func next() -> Double {
        let (used, now) = (OwnLoad.used(), MonotonicTime.now)
        defer { (last, time) = (used, now) }
        let elapsed = now - time
        return elapsed > 0 ? min(1, (used - last) / elapsed / Double(processors)) : 0
    }

    /// Seconds of processor time so far, of all threads, in user and kernel mode.
    private static func used() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
