import CLibCrypto

extension CertificateRevocationList {
    /// Issues a list, signed with SHA-256.
    ///
    /// - Parameters:
    ///   - issuer: The authority's certificate.
    ///   - thisUpdate: When it is made, in Unix seconds.
    ///   - nextUpdate: When the next one comes at the latest, in Unix seconds.
    ///   - number: Its number, above that of the list before.
    ///   - key: The authority's key.
    public convenience init(
        issuer: Certificate, entries: [Entry], thisUpdate: Int64, nextUpdate: Int64, number: SerialNumber,
        signedBy key: PrivateKey
    ) throws(PKIError) {
        ERR_clear_error()
        let draft = X509_CRL_new()
        let times = (ASN1_TIME_set(nil, Int(thisUpdate)), ASN1_TIME_set(nil, Int(nextUpdate)))
        let numberHandle = number.makeHandle()
        defer {
            X509_CRL_free(draft)
            ASN1_TIME_free(times.0)
            ASN1_TIME_free(times.1)
            ASN1_INTEGER_free(numberHandle)
        }
        guard let draft, X509_CRL_set_version(draft, Int(X509_CRL_VERSION_2)) == 1,
            X509_CRL_set_issuer_name(draft, X509_get_subject_name(issuer.handle)) == 1,
            X509_CRL_set1_lastUpdate(draft, times.0) == 1, X509_CRL_set1_nextUpdate(draft, times.1) == 1,
            X509_CRL_add1_ext_i2d(draft, NID_crl_number, numberHandle, 0, 0) == 1,
            entries.allSatisfy({ Self.add($0, to: draft) }), X509_CRL_sort(draft) == 1
        else { throw PKIError(.cryptography, draining: "cannot make the revocation list of \(issuer.subject)") }
        if X509_get0_subject_key_id(issuer.handle) != nil {
            var extensions = Extensions()
            try extensions.add(
                NID_authority_key_identifier, value: "keyid:always", issuer: issuer.handle, subject: nil)
            try extensions.add { X509_CRL_add_ext(draft, $0, -1) }
        }
        guard X509_CRL_sign(draft, key.handle, EVP_sha256()) > 0 else {
            throw PKIError(.cryptography, draining: "cannot sign the revocation list of \(issuer.subject)")
        }
        // Read back, so that nothing in it is left to be worked out later by two threads at once.
        try self.init(der: OpenSSL.der { i2d_X509_CRL(draft, $0) })
    }

    private static func add(_ entry: Entry, to draft: OpaquePointer) -> Bool {
        let (serialNumber, date) = (entry.serialNumber.makeHandle(), ASN1_TIME_set(nil, Int(entry.date)))
        defer {
            ASN1_INTEGER_free(serialNumber)
            ASN1_TIME_free(date)
        }
        guard let revoked = X509_REVOKED_new() else { return false }
        var isMade =
            X509_REVOKED_set_serialNumber(revoked, serialNumber) == 1
            && X509_REVOKED_set_revocationDate(revoked, date) == 1
        // RFC 5280, section 5.3.1: the reason is left out rather than said to be unspecified.
        if isMade, entry.reason != .unspecified {
            let reason = ASN1_ENUMERATED_new()
            defer { ASN1_ENUMERATED_free(reason) }
            isMade =
                ASN1_ENUMERATED_set(reason, entry.reason.code) == 1
                && X509_REVOKED_add1_ext_i2d(revoked, NID_crl_reason, reason, 0, 0) == 1
        }
        guard isMade, X509_CRL_add0_revoked(draft, revoked) == 1 else {
            X509_REVOKED_free(revoked)
            return false
        }
        return true
    }
}
