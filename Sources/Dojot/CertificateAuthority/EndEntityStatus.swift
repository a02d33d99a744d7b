/// The state of an end entity in EJBCA, by EJBCA's numbers (EndEntityConstants).
public struct EndEntityStatus: RawRepresentable, Equatable, Sendable, CustomStringConvertible {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A certificate may be asked for.
    public static let new = EndEntityStatus(rawValue: 10)
    /// The last request failed; another one may be made.
    public static let failed = EndEntityStatus(rawValue: 11)
    /// A request is being worked on; another one may be made.
    public static let inProcess = EndEntityStatus(rawValue: 30)
    /// A certificate was signed; older releases sign no other before it is set to NEW.
    public static let generated = EndEntityStatus(rawValue: 40)
    /// Its certificates were taken back.
    public static let revoked = EndEntityStatus(rawValue: 50)

    /// Whether a certificate may be asked for in this state.
    public var allowsSigning: Bool { self == .new || self == .failed || self == .inProcess }

    /// EJBCA's name and number, such as "GENERATED (40)".
    public var description: String {
        let names = [
            10: "NEW", 11: "FAILED", 20: "INITIALIZED", 30: "INPROCESS", 40: "GENERATED", 50: "REVOKED",
            60: "HISTORICAL", 70: "KEYRECOVERY",
        ]
        return "\(names[rawValue] ?? "status") (\(rawValue))"
    }
}
