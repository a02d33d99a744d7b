import CommandLineKit

/// For how long the broker keeps a session after its client has gone: seconds, or for ever as `-1`, `4294967295` or `∞`.
struct SessionExpiry: ExpressibleByArgument {
    static let forever = UInt32.max
    /// The property that says it to the broker; MQTT 5, section 3.1.2.11.2.
    static let identifier: Int32 = 17

    let seconds: UInt32

    init(argument: String) throws(UsageError) {
        if argument == "∞" || argument == "-1" {
            seconds = Self.forever
        } else if let number = UInt32(argument) {
            seconds = number
        } else {
            throw UsageError("'\(argument)' is not between 0 and 4294967295 seconds, nor -1")
        }
    }

    static let valueName = "seconds"
}
