/// One line of what the broker's plugin is told: in its file when the broker starts, and in orders later on.
///
/// A line is a word and what it is about, divided by tabs; none of the parts has a tab or a line break in it.
public enum AccessLine: Equatable, Sendable {
    /// The user name and the password of the sandbox itself, which may do anything.
    case control(name: String, password: String)
    /// Where a device may publish; `%` stands for the device.
    case publish(String)
    /// What a device may subscribe to, and hear; `%` stands for the device.
    case hear(String)
    /// Where anybody without TLS may publish; `+` stands for any one level.
    case publishUnsecured(String)
    /// What anybody without TLS may subscribe to, and hear; `+` stands for any one level.
    case hearUnsecured(String)
    /// Whoever bears the name in a certificate is that device.
    case allow(name: String, device: String)
    /// Whoever bears the name may do nothing any more, and their sessions end.
    case forbid(name: String)
    /// The sessions of whoever bears the name end; they may come again.
    case drop(name: String)

    /// Reads a line, without its end; nil where it is none.
    public init?(_ bytes: some Collection<UInt8>) {
        let parts = bytes.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        switch (parts.first, parts.count) {
        case ("control", 3): self = .control(name: parts[1], password: parts[2])
        case ("publish", 2): self = .publish(parts[1])
        case ("hear", 2): self = .hear(parts[1])
        case ("publish-unsecured", 2): self = .publishUnsecured(parts[1])
        case ("hear-unsecured", 2): self = .hearUnsecured(parts[1])
        case ("allow", 3): self = .allow(name: parts[1], device: parts[2])
        case ("forbid", 2): self = .forbid(name: parts[1])
        case ("drop", 2): self = .drop(name: parts[1])
        default: return nil
        }
    }

    /// The line, with its end.
    public var text: String {
        switch self {
        case .control(let name, let password): "control\t\(name)\t\(password)\n"
        case .publish(let pattern): "publish\t\(pattern)\n"
        case .hear(let pattern): "hear\t\(pattern)\n"
        case .publishUnsecured(let pattern): "publish-unsecured\t\(pattern)\n"
        case .hearUnsecured(let pattern): "hear-unsecured\t\(pattern)\n"
        case .allow(let name, let device): "allow\t\(name)\t\(device)\n"
        case .forbid(let name): "forbid\t\(name)\n"
        case .drop(let name): "drop\t\(name)\n"
        }
    }

    /// Lines one after the other.
    public static func text(_ lines: [AccessLine]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines { bytes += line.text.utf8 }
        return bytes
    }
}
