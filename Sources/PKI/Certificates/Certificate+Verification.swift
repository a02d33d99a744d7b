import CLibCrypto

extension Certificate {
    /// Whether an authority's key made its signature, and it names that authority as its issuer.
    public func isSigned(by authority: Certificate) -> Bool {
        let authority = authority.withKey
        defer { withExtendedLifetime(authority) { ERR_clear_error() } }
        guard X509_NAME_cmp(X509_get_issuer_name(handle), X509_get_subject_name(authority.handle)) == 0,
            let key = X509_get0_pubkey(authority.handle)
        else { return false }
        return X509_verify(handle, key) == 1
    }

    /// Checks that an authority signed it, that the authority may, and that both are valid at a time.
    ///
    /// The authority is trusted as it is, also where another one signed it (RFC 5280, section 6.1).
    ///
    /// - Parameter time: Unix seconds.
    /// - Throws: ``PKIError/Code/expired``, ``PKIError/Code/notYetValid``, ``PKIError/Code/notSignedByIssuer``,
    ///   ``PKIError/Code/notAnAuthority``, and ``PKIError/Code/untrusted`` for all else.
    public func verify(against authority: Certificate, at time: Int64) throws(PKIError) {
        let (certificate, authority) = (withKey, authority.withKey)
        ERR_clear_error()
        let (store, context) = (X509_STORE_new(), X509_STORE_CTX_new())
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            withExtendedLifetime(certificate) { ERR_clear_error() }
        }
        guard X509_STORE_add_cert(store, authority.handle) == 1,
            X509_STORE_CTX_init(context, store, certificate.handle, nil) == 1
        else { throw PKIError(.cryptography, draining: "cannot check the certificate of \(subject)") }
        let parameters = X509_STORE_CTX_get0_param(context)
        X509_VERIFY_PARAM_set_time(parameters, Int(time))
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        guard X509_verify_cert(context) != 1 else { return }
        let isOwn = X509_STORE_CTX_get_error_depth(context) == 0
        throw failure(X509_STORE_CTX_get_error(context), of: isOwn ? self : authority, against: authority, at: time)
    }

    /// The same, for OpenSSL to check something with: what was made here is read anew, since it has the bytes of its key alone.
    var withKey: Certificate {
        guard X509_get0_pubkey(handle) == nil else { return self }
        defer { ERR_clear_error() }
        return (try? Certificate(der: der)) ?? self
    }

    /// What X509_verify_cert found, in words.
    private func failure(
        _ error: Int32, of culprit: Certificate, against authority: Certificate, at time: Int64
    ) -> PKIError {
        let name = "the certificate of \(culprit.subject)"
        switch error {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let (end, now) = (Timestamp(unixSeconds: culprit.notAfter), Timestamp(unixSeconds: time))
            return PKIError(code: .expired, message: "\(name) expired at \(end) (it is \(now))")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            let (start, now) = (Timestamp(unixSeconds: culprit.notBefore), Timestamp(unixSeconds: time))
            return PKIError(code: .notYetValid, message: "\(name) is not valid before \(start) (it is \(now))")
        case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_INVALID_NON_CA:
            return PKIError(
                code: .notAnAuthority, message: "the certificate of \(authority.subject) may not sign others")
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            let isNamed = X509_NAME_cmp(X509_get_issuer_name(handle), X509_get_subject_name(authority.handle)) == 0
            return PKIError(
                code: .notSignedByIssuer,
                message: isNamed
                    ? "the certificate of \(subject) is not signed by the key of \(authority.subject), which it names"
                    : "the certificate of \(subject) is issued by \(issuer), not by \(authority.subject)")
        default:
            let reason = String(cString: X509_verify_cert_error_string(Int(error)))
            return PKIError(code: .untrusted, message: "\(name) cannot be trusted: \(reason)")
        }
    }
}
