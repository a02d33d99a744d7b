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

    /// Why a TLS client may not use it (RFC 5280, sections 4.2.1.3 and 4.2.1.12); nil where it may.
    public var clientUsageProblem: String? {
        let purposes = extendedKeyUsage
        if !purposes.isEmpty, !purposes.contains("clientAuth"), !purposes.contains("anyExtendedKeyUsage") {
            let list = purposes.joined(separator: ", ")
            return "it is for \(list), not for clientAuth, which a broker asks of a device"
        }
        guard let keyUsage, !keyUsage.contains(.digitalSignature) else { return nil }
        return "its key usage has no digitalSignature, which TLS asks of a client"
    }

    /// The version of the standard that it keeps to: 1 to 3, of which only 3 has extensions.
    public var version: Int { Int(X509_get_version(handle)) + 1 }

    /// The extensions that have no property of their own here, in the certificate's order.
    public var otherExtensions: [OtherExtension] { ExtensionReader.others(extensions) }

    /// The critical extensions that OpenSSL does not know, so that a verification must refuse the certificate (RFC 5280, section 4.2).
    public var unknownCriticalExtensions: [String] { ExtensionReader.unknownCritical(extensions) }

    /// What is wrong with its encoding, each to stand after a name and a colon; OpenSSL reads on as if it was not there.
    var encodingFlaws: [String] {
        ExtensionReader.flaws(extensions) + ASN1.flaw(of: X509_get0_notBefore(handle), named: "notBefore")
            + ASN1.flaw(of: X509_get0_notAfter(handle), named: "notAfter")
    }

    /// What its dates say, as they are written, where they are no dates; nil where they can be read.
    public var unreadableDates: (notBefore: String?, notAfter: String?) {
        (ASN1.unreadableText(X509_get0_notBefore(handle)), ASN1.unreadableText(X509_get0_notAfter(handle)))
    }
}
