import CLibCrypto

/// An extension that has no property of its own in a certificate or request.
public struct OtherExtension: Sendable {
    /// OpenSSL's short name, such as "crlDistributionPoints", or the numbers of its object identifier.
    public let name: String
    public let isCritical: Bool
    /// What it says, as OpenSSL prints it, on one line, in hexadecimal where OpenSSL does not know it; of more than
    /// ``longestText`` characters the first and the number of bytes.
    public let text: String

    /// More than a list of distribution points with their URLs has.
    static let longestText = 1000

    /// Reads one that OpenSSL holds.
    init(_ handle: OpaquePointer?) {
        name = ASN1.name(X509_EXTENSION_get_object(handle))
        isCritical = X509_EXTENSION_get_critical(handle) == 1
        let printed = OpenSSL.text { X509V3_EXT_print($0, handle, UInt(X509V3_EXT_DUMP_UNKNOWN), 0) }
        let line = printed.prefix(4 * Self.longestText).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if printed.utf8.count > 4 * Self.longestText || line.count > Self.longestText {
            let count = ASN1_STRING_length(X509_EXTENSION_get_data(handle))
            text = "\(line.prefix(Self.longestText))… (\(count) bytes)"
        } else {
            text = line
        }
    }
}

extension ExtensionReader {
    /// The extensions that certificates and requests have no property for, in their order.
    static func others(_ stack: OpaquePointer?) -> [OtherExtension] {
        let known = [
            NID_basic_constraints, NID_key_usage, NID_ext_key_usage, NID_subject_alt_name, NID_subject_key_identifier,
            NID_authority_key_identifier,
        ]
        return all(stack).filter { !known.contains(OBJ_obj2nid(X509_EXTENSION_get_object($0))) }.map(
            OtherExtension.init)
    }

    /// The names of the critical ones that OpenSSL does not know.
    static func unknownCritical(_ stack: OpaquePointer?) -> [String] {
        all(stack).filter { X509_EXTENSION_get_critical($0) == 1 && X509_supported_extension($0) != 1 }
            .map { ASN1.name(X509_EXTENSION_get_object($0)) }
    }

    /// Extensions that are there twice (RFC 5280, section 4.2 forbids it), or known and broken: OpenSSL takes either for not there.
    static func flaws(_ stack: OpaquePointer?) -> [String] {
        defer { ERR_clear_error() }
        var seen: Set<String> = []
        return all(stack).compactMap { handle in
            let name = ASN1.name(X509_EXTENSION_get_object(handle))
            guard seen.insert(name).inserted else { return "it has the extension \(name) more than once" }
            guard X509V3_EXT_get(handle) != nil else { return nil }
            var isRead = false
            _ = OpenSSL.text { isRead = X509V3_EXT_print($0, handle, UInt(X509V3_EXT_DEFAULT), 0) == 1 }
            return isRead ? nil : "its extension \(name) is broken"
        }
    }

    private static func all(_ stack: OpaquePointer?) -> [OpaquePointer] {
        (0..<max(0, X509v3_get_ext_count(stack))).compactMap { X509v3_get_ext(stack, $0) }
    }
}
