import CLibCrypto
import Glibc

/// A further name of a certificate's subject: a GeneralName of RFC 5280, section 4.2.1.6.
public enum GeneralName: Hashable, Sendable, CustomStringConvertible {
    /// A host name.
    case dns(String)
    /// An IP address, version 4 or 6, as text in its canonical form (RFC 5952).
    case ip(String)
    /// Any other kind, as OpenSSL prints it: it can be read, not made.
    case other(String)

    /// As OpenSSL prints it, such as "DNS:localhost".
    public var description: String {
        switch self {
        case .dns(let name): "DNS:\(name)"
        case .ip(let address): "IP Address:\(address)"
        case .other(let text): text
        }
    }

    /// An address in its canonical form; nil where the text is no IP address.
    public static func address(_ text: String) -> GeneralName? {
        addressBytes(text).flatMap(GeneralName.init(addressBytes:))
    }

    /// The 4 or 16 bytes of an address; nil where the text is none.
    static func addressBytes(_ text: String) -> [UInt8]? {
        // C would take a text for what stands before a byte 0 in it.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }

    /// The address of 4 or 16 bytes.
    init?(addressBytes: [UInt8]) {
        guard addressBytes.count == 4 || addressBytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = addressBytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, addressBytes, &text, socklen_t(text.count)) != nil else { return nil }
        self = .ip(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}

extension GeneralName {
    /// The name that OpenSSL holds.
    init(_ name: UnsafeMutablePointer<GENERAL_NAME>) {
        var type: Int32 = 0
        let value = GENERAL_NAME_get0_value(name, &type)?.assumingMemoryBound(to: ASN1_STRING.self)
        switch type {
        case GEN_DNS: self = .dns(String(decoding: ASN1.bytes(value), as: UTF8.self))
        case GEN_IPADD:
            let bytes = ASN1.bytes(value)
            self = GeneralName(addressBytes: bytes) ?? .other("IP Address:\(ASN1.hexadecimal(bytes))")
        default: self = .other(OpenSSL.text { GENERAL_NAME_print($0, name) })
        }
    }

    /// The name as OpenSSL holds it, to be freed by the caller.
    ///
    /// - Throws: ``PKIError/Code/invalidName`` where it is not ASCII, empty, or no IP address.
    func makeHandle() throws(PKIError) -> UnsafeMutablePointer<GENERAL_NAME> {
        let (type, bytes): (Int32, [UInt8])
        switch self {
        case .dns(let name):
            guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw PKIError(code: .invalidName, message: "\"\(name)\" is not a host name")
            }
            (type, bytes) = (GEN_DNS, Array(name.utf8))
        case .ip(let text):
            guard let address = Self.addressBytes(text) else {
                throw PKIError(code: .invalidName, message: "\"\(text)\" is not an IP address")
            }
            (type, bytes) = (GEN_IPADD, address)
        case .other(let text):
            throw PKIError(code: .invalidName, message: "\"\(text)\" is neither a host name nor an IP address")
        }
        let value = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING)
        guard let name = GENERAL_NAME_new(), ASN1_STRING_set(value, bytes, Int32(clamping: bytes.count)) == 1 else {
            ASN1_STRING_free(value)
            throw PKIError(.cryptography, draining: "cannot make a name")
        }
        GENERAL_NAME_set0_value(name, type, value)
        return name
    }
}
