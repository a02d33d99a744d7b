/// A device as its user names it: with its tenant, "admin:f60c28", or without, "f60c28".
public struct DeviceName: Hashable, Sendable, CustomStringConvertible {
    /// The tenant, where it was named.
    public let tenant: String?
    /// The device's id: usually 5 or 6 hexadecimal digits.
    public let device: String

    /// Reads "DEVICE" or "TENANT:DEVICE"; both parts keep `PlatformName`'s rule, the whole has at most 255 bytes.
    ///
    /// - Throws: `DojotError` with `.invalidName`.
    public init(_ text: String) throws(DojotError) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        var problem: String?
        if parts.count > 2 {
            problem = "may have one \":\" only, between tenant and device"
        } else if text.utf8.count > PlatformName.longest {
            problem = "is longer than \(PlatformName.longest) bytes"
        } else if text.isEmpty {
            problem = "is empty"
        } else if let part = parts.first(where: { PlatformName.problem(of: $0) != nil }) {
            problem = part.isEmpty ? "lacks a part beside its \":\"" : PlatformName.problem(of: part)
        }
        if let problem { throw DojotError(.invalidName, "device id \(ServerText.quoted(text)) \(problem)") }
        tenant = parts.count == 2 ? String(parts[0]) : nil
        device = String(parts[parts.count - 1])
    }

    private init(tenant: String?, checkedDevice: String) {
        self.tenant = tenant
        device = checkedDevice
    }

    /// The same device with its tenant: the one it was named with, else the one given.
    ///
    /// - Throws: `DojotError` with `.invalidName` where the tenant given breaks the rule and is needed.
    public func qualified(by tenant: String) throws(DojotError) -> DeviceName {
        if self.tenant != nil { return self }
        return DeviceName(tenant: try PlatformName.check(tenant, as: "tenant"), checkedDevice: device)
    }

    /// The same device without its tenant.
    public var unqualified: DeviceName { DeviceName(tenant: nil, checkedDevice: device) }

    /// "admin:f60c28" or "f60c28", as it was named.
    public var description: String { tenant.map { "\($0):\(device)" } ?? device }

    /// Whether Mosca lets "TENANT:DEVICE" through as a client id over TLS: it must match `^\w+:\w+$`, so the two have
    /// letters, digits and "_" only.
    public var isAcceptedByMosca: Bool {
        (tenant.map(DeviceName.isWord) ?? true) && DeviceName.isWord(device)
    }

    private static func isWord(_ text: String) -> Bool {
        !text.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }
}
