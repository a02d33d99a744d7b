/// One line of what the broker's plugin is told: in its file when the broker starts, and in orders later on.
///
/// A line is a word and what it is about, divided by tabs. In its parts a tab is written `\t`, a line break `\n`, and a backslash `\\`:
/// a name in a certificate may have any of them.
public enum AccessLine: Equatable, Sendable {
    /// The user name and the password of the sandbox itself, which may do anything.
    case control(name: String, password: String)
    /// Where a device may publish; `%` stands for the device.
    case publish(String)
    /// What a device may subscribe to, and hear; `%` stands for the device.
    case hear(String)
    /// Where anybody without TLS may publish; `+` stands for any one level, `%` for the client's user name.
    case publishUnsecured(String)
    /// What anybody without TLS may subscribe to, and receive; `+` stands for any one level, `%` for the client's user name.
    case hearUnsecured(String)
    /// By what of their certificates clients are identified: ``name`` below is this.
    case identify(by: Identification)
    /// The client identifier that a device must have; `%` stands for the device.
    case clientIdentifier(String)
    /// Whoever is identified by the name is that device.
    case allow(name: String, device: String)
    /// Whoever bears the name may do nothing any more, and their sessions end.
    case forbid(name: String)
    /// The sessions of whoever bears the name end; they may come again.
    case drop(name: String)

    /// What of a certificate identifies a client.
    public enum Identification: String, Sendable {
        /// Its subject's common name.
        case commonName = "common-name"
        /// The SHA-256 of its DER, such as "AA:BB:…".
        case fingerprint
    }

    /// Reads a line, without its end; nil where it is none.
    public init?(_ bytes: some Collection<UInt8>) {
        let parts = bytes.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
            Self.unescaped(String(decoding: $0, as: UTF8.self))
        }
        switch (parts.first, parts.count) {
        case ("control", 3): self = .control(name: parts[1], password: parts[2])
        case ("publish", 2): self = .publish(parts[1])
        case ("hear", 2): self = .hear(parts[1])
        case ("publish-unsecured", 2): self = .publishUnsecured(parts[1])
        case ("hear-unsecured", 2): self = .hearUnsecured(parts[1])
        case ("identify", 2):
            guard let identification = Identification(rawValue: parts[1]) else { return nil }
            self = .identify(by: identification)
        case ("client-id", 2): self = .clientIdentifier(parts[1])
        case ("allow", 3): self = .allow(name: parts[1], device: parts[2])
        case ("forbid", 2): self = .forbid(name: parts[1])
        case ("drop", 2): self = .drop(name: parts[1])
        default: return nil
        }
    }

    /// The line, with its end.
    public var text: String {
        let parts: [String] =
            switch self {
            case .control(let name, let password): ["control", name, password]
            case .publish(let pattern): ["publish", pattern]
            case .hear(let pattern): ["hear", pattern]
            case .publishUnsecured(let pattern): ["publish-unsecured", pattern]
            case .hearUnsecured(let pattern): ["hear-unsecured", pattern]
            case .identify(let identification): ["identify", identification.rawValue]
            case .clientIdentifier(let pattern): ["client-id", pattern]
            case .allow(let name, let device): ["allow", name, device]
            case .forbid(let name): ["forbid", name]
            case .drop(let name): ["drop", name]
            }
        return parts.map(Self.escaped).joined(separator: "\t") + "\n"
    }

    private static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == UInt8(ascii: "\\") }) else { return part }
        var text = ""
        for scalar in part.unicodeScalars {
            switch scalar {
            case "\t": text += "\\t"
            case "\n": text += "\\n"
            case "\\": text += "\\\\"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func unescaped(_ part: String) -> String {
        guard part.utf8.contains(UInt8(ascii: "\\")) else { return part }
        var text = ""
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "t": text += "\t"
            case "n": text += "\n"
            case let other?: text.unicodeScalars.append(other)
            case nil: break
            }
        }
        return text
    }

    /// Lines one after the other.
    public static func text(_ lines: [AccessLine]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in lines { bytes += line.text.utf8 }
        return bytes
    }
}
