import CommandLineKit

/// How much of its life a certificate must have left: `30d`, `2w`, `12h`, `45m`, `3600s`.
///
/// It has a unit always: a bare number would be taken for days by one and for seconds by another, openssl's `-checkend`.
struct LifeMargin: ExpressibleByArgument, CustomStringConvertible {
    /// As it was typed, such as "30d".
    let typed: String
    private let period: Period

    static let valueName = "time"

    init(argument: String) throws(UsageError) {
        let hint = "write 30d, 2w, 12h, 45m or 3600s"
        guard let last = argument.last, last.isLetter else {
            throw UsageError("'\(argument)' is no time with a unit", hint: hint)
        }
        typed = argument
        do {
            period = try Period(argument: argument)
        } catch {
            throw UsageError(error.message, hint: hint)
        }
    }

    /// In whole seconds, upwards.
    var seconds: Int64 { Int64(period.seconds.rounded(.up)) }

    /// Such as "30 d".
    var description: String { period.description }
}
