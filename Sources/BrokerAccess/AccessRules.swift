/// Who may do what at the broker: the sandbox itself all, a device what concerns itself, everybody else nothing.
///
/// Names and topics are bytes: Unicode has letters that are equal to others in Swift, and to a broker are not.
public struct AccessRules: Sendable {
    /// What somebody is about to do.
    public enum Access: Sendable {
        case publish
        case subscribe
        case hear
    }

    private struct Control: Sendable {
        var name: [UInt8]
        var password: [UInt8]
    }

    /// By what of their certificates clients are identified.
    public private(set) var identification = AccessLine.Identification.commonName
    private var control: Control?
    private var clientIdentifier: DevicePattern?
    private var publishing: [DevicePattern] = []
    private var hearing: [DevicePattern] = []
    private var publishingUnsecured: [UnsecuredPattern] = []
    private var hearingUnsecured: [UnsecuredPattern] = []
    /// The device of each name.
    private var devices: [[UInt8]: [UInt8]] = [:]

    /// Rules by which nobody may do anything.
    public init() {}

    /// Takes a line; gives the name whose sessions are to end by it.
    public mutating func apply(_ line: AccessLine) -> String? {
        switch line {
        case .control(let name, let password): control = Control(name: Array(name.utf8), password: Array(password.utf8))
        case .publish(let text): publishing.append(DevicePattern(text))
        case .hear(let text): hearing.append(DevicePattern(text))
        case .publishUnsecured(let text): publishingUnsecured.append(UnsecuredPattern(text))
        case .hearUnsecured(let text): hearingUnsecured.append(UnsecuredPattern(text))
        case .identify(let identification): self.identification = identification
        case .clientIdentifier(let text): clientIdentifier = DevicePattern(text)
        case .allow(let name, let device): devices[Array(name.utf8)] = Array(device.utf8)
        case .forbid(let name):
            devices[Array(name.utf8)] = nil
            return name
        case .drop(let name): return name
        }
        return nil
    }

    /// Whether it is the sandbox itself that logs in.
    public func isControl(name: [UInt8], password: [UInt8]) -> Bool {
        guard let control, control.name == name, control.password.count == password.count else { return false }
        // All bytes are compared: how long it takes says nothing about them.
        return zip(control.password, password).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a name is that of the sandbox itself, with whatever password.
    public func isControl(name: [UInt8]) -> Bool { control?.name == name }

    /// Whether a client with a certificate may connect.
    ///
    /// - Parameters:
    ///   - name: What identifies it in its certificate.
    ///   - identifier: Its MQTT client identifier.
    public func admits(name: [UInt8], clientIdentifier identifier: [UInt8]) -> Bool {
        guard let device = devices[name] else { return false }
        return clientIdentifier?.matches(identifier, device) ?? true
    }

    /// Whether a client without a certificate may connect: only where there are topics for such clients. Where Mosca's identifiers are
    /// required, one of that form must be that of an existing device; others are free.
    public func admitsUnsecured(clientIdentifier identifier: [UInt8]) -> Bool {
        guard !publishingUnsecured.isEmpty else { return false }
        guard let clientIdentifier else { return true }
        let parts = identifier.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isWordByte) }) else { return true }
        let device = Array(parts[1])
        return clientIdentifier.matches(identifier, device) && (devices[device] ?? devices[identifier]) != nil
    }

    /// Whether somebody may do something on a topic, or subscribe to a filter.
    ///
    /// - Parameters:
    ///   - name: What identifies them in their certificate, or the user name that they gave; nil for whoever connects without both.
    ///   - hasCertificate: Whether the name is from a certificate.
    public func allows(_ access: Access, _ topic: [UInt8], of name: [UInt8]?, hasCertificate: Bool) -> Bool {
        guard hasCertificate else {
            if let name, isControl(name: name) { return true }
            let patterns = access == .publish ? publishingUnsecured : hearingUnsecured
            return patterns.contains { $0.matches(topic, userName: name) }
        }
        guard let name, let device = devices[name] else { return false }
        let patterns = access == .publish ? publishing : hearing
        return patterns.contains { $0.matches(topic, device) }
    }
}
