/// What a key may be used for, by RFC 5280, section 4.2.1.3; bit n is the standard's bit n.
public struct KeyUsage: OptionSet, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Signing what is neither a certificate nor a list of revoked ones.
    public static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    /// Signing what cannot be denied later; the standard now calls it contentCommitment.
    public static let nonRepudiation = KeyUsage(rawValue: 1 << 1)
    /// Enciphering keys.
    public static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    /// Enciphering data itself.
    public static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    /// Agreeing on keys.
    public static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    /// Signing certificates.
    public static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    /// Signing lists of revoked certificates.
    public static let cRLSign = KeyUsage(rawValue: 1 << 6)
    /// With keyAgreement: for enciphering only.
    public static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    /// With keyAgreement: for deciphering only.
    public static let decipherOnly = KeyUsage(rawValue: 1 << 8)

    /// The standard's names, in the standard's order.
    static let names = [
        "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign",
        "cRLSign", "encipherOnly", "decipherOnly",
    ]

    /// The standard's names of what is allowed, in its order.
    public var names: [String] {
        Self.names.enumerated().filter { contains(KeyUsage(rawValue: 1 << UInt16($0.offset))) }.map(\.element)
    }

    public var description: String { names.joined(separator: ", ") }
}

/// The purposes that a certificate is for, by RFC 5280, section 4.2.1.12.
public enum ExtendedKeyUsage: String, Sendable, CaseIterable {
    /// A TLS server.
    case serverAuth
    /// A TLS client.
    case clientAuth
}
