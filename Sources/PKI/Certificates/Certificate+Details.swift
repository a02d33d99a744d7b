import CLibCrypto

extension Certificate {
    /// How it is signed, with the hash that RSASSA-PSS names among its parameters.
    public var signature: SignatureAlgorithm {
        var digest = NID_undef
        if X509_get_signature_info(handle, &digest, nil, nil, nil) != 1 { ERR_clear_error() }
        return SignatureAlgorithm(identifier: X509_get_signature_nid(handle), digest: digest)
    }

    /// Whether its own key made its signature, so that nobody else vouches for it.
    public var isSelfSigned: Bool { isSigned(by: self) }

    /// Whether it names itself as its issuer.
    public var isSelfIssued: Bool {
        X509_NAME_cmp(X509_get_issuer_name(handle), X509_get_subject_name(handle)) == 0
    }

    /// Whether others may take it for an authority's, also by older ways of saying so (X509_check_ca(3)).
    public var passesForAuthority: Bool { X509_check_ca(handle) != 0 }

    /// How many authorities may stand between it and a device's certificate; nil for no limit, or where it signs none.
    public var pathLength: Int? { ExtensionReader.pathLength(extensions) }

    /// What basic constraints say; nil where they are not there.
    public var statesAuthority: Bool? { ExtensionReader.isAuthority(extensions) }

    /// Whether basic constraints are marked as critical; nil where they are not there.
    public var areBasicConstraintsCritical: Bool? { ExtensionReader.isCritical(NID_basic_constraints, extensions) }

    /// Whether key usage is marked as critical; nil where it is not there.
    public var isKeyUsageCritical: Bool? { ExtensionReader.isCritical(NID_key_usage, extensions) }

    /// The version of the standard that it keeps to: 1 to 3, of which only 3 has extensions.
    public var version: Int { Int(X509_get_version(handle)) + 1 }

    /// An extension that has no property of its own here.
    public struct OtherExtension: Sendable {
        /// OpenSSL's short name, such as "crlDistributionPoints", or the numbers of its object identifier.
        public let name: String
        public let isCritical: Bool
        /// What it says, as OpenSSL prints it, on one line; in hexadecimal where OpenSSL does not know it.
        public let text: String
    }

    /// The extensions that have no property of their own here, in the certificate's order.
    public var otherExtensions: [OtherExtension] {
        let known = [
            NID_basic_constraints, NID_key_usage, NID_ext_key_usage, NID_subject_alt_name, NID_subject_key_identifier,
            NID_authority_key_identifier,
        ]
        return (0..<max(0, X509v3_get_ext_count(extensions))).compactMap { index in
            let handle = X509v3_get_ext(extensions, index)
            let object = X509_EXTENSION_get_object(handle)
            guard !known.contains(OBJ_obj2nid(object)) else { return nil }
            let printed = OpenSSL.text { X509V3_EXT_print($0, handle, UInt(X509V3_EXT_DUMP_UNKNOWN), 0) }
            return OtherExtension(
                name: ASN1.name(object), isCritical: X509_EXTENSION_get_critical(handle) == 1,
                text: printed.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
    }
}
