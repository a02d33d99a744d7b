import Glibc

/// A moment as strftime(3) prints it, in the machine's time zone.
struct WallTime {
    let seconds: time_t
    /// 0 to 999,999,999.
    let nanoseconds: Int
    private let parts: tm

    static var now: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(time)
    }

    init(_ time: timespec) {
        seconds = time.tv_sec
        nanoseconds = time.tv_nsec
        var seconds = time.tv_sec
        var parts = tm()
        localtime_r(&seconds, &parts)
        self.parts = parts
    }

    func formatted(_ format: String) -> String {
        var parts = parts
        var buffer = [CChar](repeating: 0, count: 200)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// RFC 3339 in UTC, to the millisecond.
    var timestamp: String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 40)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let text = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(text).\(Self.padded(nanoseconds / 1_000_000, to: 3))Z"
    }

    static func padded(_ number: Int, to width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
