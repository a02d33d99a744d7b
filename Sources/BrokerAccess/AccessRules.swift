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

    private var control: Control?
    private var publishing: [DevicePattern] = []
    private var hearing: [DevicePattern] = []
    private var publishingUnsecured: [LevelPattern] = []
    private var hearingUnsecured: [LevelPattern] = []
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
        case .publishUnsecured(let text): publishingUnsecured.append(LevelPattern(text))
        case .hearUnsecured(let text): hearingUnsecured.append(LevelPattern(text))
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

    /// Whether somebody may do something on a topic, or subscribe to a filter.
    ///
    /// - Parameter name: Who it is, by their certificate or their login; nil for whoever comes without both.
    public func allows(_ access: Access, _ topic: [UInt8], of name: [UInt8]?) -> Bool {
        guard let name else {
            let patterns = access == .publish ? publishingUnsecured : hearingUnsecured
            return patterns.contains { $0.matches(topic) }
        }
        if let control, control.name == name { return true }
        guard let device = devices[name] else { return false }
        let patterns = access == .publish ? publishing : hearing
        return patterns.contains { $0.matches(topic, device) }
    }
}
