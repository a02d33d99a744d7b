import FoundationEssentials
import Glibc

/// Wall-clock time as the platform speaks it.
enum Time {
    /// Seconds since 1970, UTC, with their fraction.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Seconds since some moment in the past; never goes back.
    static var monotonic: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// ISO 8601 in UTC with milliseconds, such as "2026-11-23T20:13:00.250Z".
    static func iso(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// ISO 8601 as device-manager writes it (marshmallow 3.0.0b8), such as "2026-11-23T20:13:00.250000+00:00".
    static func utc(_ seconds: Double) -> String { microseconds(seconds) + "+00:00" }

    /// A time as Python writes it (datetime.isoformat): with six digits of a second's fraction, and with none of a whole second.
    static func microseconds(_ seconds: Double) -> String {
        let total = Int64((seconds * 1e6).rounded())
        let (whole, fraction) = total.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = "\(fraction)"
        let tail = fraction == 0 ? "" : "." + String(repeating: "0", count: 6 - digits.count) + digits
        let text = Date(timeIntervalSince1970: Double(whole)).formatted(Date.ISO8601FormatStyle())
        return "\(text.dropLast())\(tail)"
    }

    /// RFC 3339 as InfluxDB writes it: milliseconds without the zeros at their end, such as "2026-11-23T20:13:00.25Z".
    static func influx(_ seconds: Double) -> String {
        var text = microseconds((seconds * 1000).rounded() / 1000)
        if text.contains(".") { while text.last == "0" { text.removeLast() } }
        return text + "Z"
    }

    /// Reads RFC 3339, with any number of digits of a second's fraction; nil for all else (the format "date-time" of JSON Schema).
    static func rfc3339(_ text: String) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let end = parts[1].firstIndex(where: { !$0.isNumber }), end > parts[1].startIndex else {
            return parts.count == 1 && text.count > 10 ? parse(text) : nil
        }
        let fraction = Double("0." + parts[1][..<end]) ?? 0
        return parse("\(parts[0])\(parts[1][end...])").map { (($0 + fraction) * 1e6).rounded() / 1e6 }
    }

    /// Reads ISO 8601 with a time zone, with or without a fraction, or a day alone (its beginning, UTC).
    static func parse(_ text: String) -> Double? {
        let styles = [
            Date.ISO8601FormatStyle(includingFractionalSeconds: true),
            Date.ISO8601FormatStyle(includingFractionalSeconds: false),
            Date.ISO8601FormatStyle().year().month().day(),
        ]
        for style in styles {
            if let date = try? style.parse(text) { return date.timeIntervalSince1970 }
        }
        return nil
    }

    /// An HTTP date of RFC 9110, section 5.6.7, such as "Sun, 06 Nov 1994 08:49:37 GMT".
    static func http(_ seconds: Double) -> String {
        var moment = time_t(seconds)
        var fields = tm()
        gmtime_r(&moment, &fields)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(fields.tm_wday)]), \(two(fields.tm_mday)) \(months[Int(fields.tm_mon)])"
        let year = fields.tm_year + 1900
        let time = "\(two(fields.tm_hour)):\(two(fields.tm_min)):\(two(fields.tm_sec))"
        return "\(day) \(two(year / 100))\(two(year % 100)) \(time) GMT"
    }
}
