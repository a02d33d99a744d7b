import CLibCrypto

extension Certificate {
    /// What a certificate is verified for.
    public enum Purpose: Sendable {
        case any
        /// To be shown by a TLS client, as a device does: its usages and those of its CAs must allow that, keys and signatures must
        /// be strong enough for TLS, and it must not be a CA's.
        case tlsClient
    }

    /// Whether an authority's key made its signature, and it names that authority as its issuer.
    public func isSigned(by authority: Certificate) -> Bool {
        let authority = authority.withKey
        defer { withExtendedLifetime(authority) { ERR_clear_error() } }
        guard X509_NAME_cmp(X509_get_issuer_name(handle), X509_get_subject_name(authority.handle)) == 0,
            let key = X509_get0_pubkey(authority.handle)
        else { return false }
        return X509_verify(handle, key) == 1
    }

    /// Follows the signatures from this certificate through others to an authority, without a look at dates or rights.
    ///
    /// - Parameters:
    ///   - others: certificates that may stand in between, such as those beside it in its file.
    /// - Returns: the issuer that is not among them; nil where an authority signed it, directly or through others.
    public func missingIssuer(among others: [Certificate], authorities: [Certificate]) -> DistinguishedName? {
        var (last, rest) = (self, others)
        while !authorities.contains(where: { last.isSigned(by: $0) }) {
            guard let next = rest.firstIndex(where: { last.isSigned(by: $0) }) else { return last.issuer }
            last = rest.remove(at: next)
        }
        return nil
    }

    /// The name of its issuer for messages. Where one of `authorities`, none of which signed it, has the same name, the keys tell the two
    /// apart: "another CA named CN = IOTmidCA (key AA:BB:…, not CC:DD:…)".
    public func shownIssuer(among authorities: [Certificate]) -> String {
        guard let namesake = authorities.first(where: { $0.subject == issuer }) else { return "\(issuer)" }
        let key = authorityKeyIdentifier ?? (subject == issuer ? subjectKeyIdentifier : nil)
        return Self.shownIssuer("\(issuer)", key: key, insteadOf: namesake.subjectKeyIdentifier)
    }

    /// The name of an issuer that has a namesake.
    ///
    /// - Parameters:
    ///   - key: the identifier of the issuer's key, such as "AA:BB:…".
    ///   - other: that of the namesake's key.
    public static func shownIssuer(_ name: String, key: String?, insteadOf other: String?) -> String {
        guard let key, let other, key != other else { return "another CA named \(name)" }
        return "another CA named \(name) (key \(key), not \(other))"
    }

    /// Verifies it and the chain up to one of the authorities as OpenSSL does (X509_verify_cert(3)).
    ///
    /// The authorities are trusted as they are, also where another one signed them (RFC 5280, section 6.1).
    ///
    /// - Parameters:
    ///   - authorities: one at least.
    ///   - intermediates: certificates that may lead to one of them.
    ///   - time: Unix seconds; nil leaves the time out.
    /// - Throws: ``PKIError/Code/expired``, ``PKIError/Code/notYetValid``, ``PKIError/Code/notSignedByIssuer``,
    ///   ``PKIError/Code/notAnAuthority``, and ``PKIError/Code/untrusted`` for all else.
    public func verify(
        against authorities: [Certificate], through intermediates: [Certificate] = [], for purpose: Purpose = .any,
        at time: Int64?
    ) throws(PKIError) {
        var verification = ChainVerification(
            certificate: self, authorities: authorities, intermediates: intermediates, time: time)
        if purpose == .tlsClient {
            verification.purpose = X509_PURPOSE_SSL_CLIENT
            verification.level = ChainVerification.securityLevel
        }
        if let problem = try verification.problems().first {
            throw error(for: problem, trusting: authorities, at: time ?? 0)
        }
        if purpose == .tlsClient, statesAuthority == true || passesForAuthority {
            throw PKIError(
                code: .untrusted, message: "the certificate of \(subject) is a CA's, which no device may have")
        }
    }

    /// Verifies an authority's own certificate: that it may sign certificates of TLS clients, is valid and strong enough.
    ///
    /// - Parameter time: Unix seconds; nil leaves the time out.
    /// - Throws: as ``verify(against:through:for:at:)`` does.
    public func verifyAsAuthority(at time: Int64?) throws(PKIError) {
        guard isCertificateAuthority else {
            throw PKIError(code: .notAnAuthority, message: "the certificate of \(subject) may not sign others")
        }
        let verification = ChainVerification(
            certificate: self, authorities: [self], level: ChainVerification.securityLevel, time: time)
        if let problem = try verification.problems().first {
            throw error(for: problem, trusting: [self], at: time ?? 0)
        }
        guard X509_check_purpose(withKey.handle, X509_PURPOSE_SSL_CLIENT, 1) == 1 else {
            throw error(
                for: ChainVerification.Problem(code: X509_V_ERR_INVALID_PURPOSE, certificate: self), trusting: [self],
                at: time ?? 0)
        }
    }

    /// The same, for OpenSSL to check something with: what was made here is read anew, since it has the bytes of its key alone.
    var withKey: Certificate {
        guard X509_get0_pubkey(handle) == nil else { return self }
        defer { ERR_clear_error() }
        return (try? Certificate(der: der)) ?? self
    }

    /// What X509_verify_cert found, in words.
    func error(
        for problem: ChainVerification.Problem, trusting authorities: [Certificate], at time: Int64
    ) -> PKIError {
        let culprit = problem.certificate ?? self
        let name = "the certificate of \(culprit.subject)"
        func untrusted(_ message: String) -> PKIError { PKIError(code: .untrusted, message: message) }
        switch problem.code {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let (end, now) = (Timestamp(unixSeconds: culprit.notAfter), Timestamp(unixSeconds: time))
            return PKIError(code: .expired, message: "\(name) expired at \(end) (it is \(now))")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            let (start, now) = (Timestamp(unixSeconds: culprit.notBefore), Timestamp(unixSeconds: time))
            return PKIError(code: .notYetValid, message: "\(name) is not valid before \(start) (it is \(now))")
        case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_INVALID_NON_CA:
            return PKIError(code: .notAnAuthority, message: "\(name) may not sign others")
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            guard let named = authorities.first(where: { culprit.isIssued(inTheNameOf: $0) }) ?? authorities.first
            else {
                return PKIError(code: .notSignedByIssuer, message: "\(name) is not signed by any CA that is trusted")
            }
            return PKIError(
                code: .notSignedByIssuer,
                message: culprit.isIssued(inTheNameOf: named)
                    ? "\(name) is not signed by the key of \(named.subject), which it names"
                    : "\(name) is issued by \(culprit.issuer), not by \(named.subject)")
        case X509_V_ERR_INVALID_PURPOSE:
            let purposes = culprit.extendedKeyUsage.joined(separator: ", ")
            return untrusted("\(name) is not for TLS clients\(purposes.isEmpty ? "" : ": it is for \(purposes)")")
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL:
            return untrusted("the key of \(name) is too weak for TLS: \(culprit.publicKey.algorithm)")
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return untrusted("the signature of \(name) is too weak for TLS: \(culprit.signature)")
        case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
            let names = culprit.unknownCriticalExtensions.joined(separator: ", ")
            return untrusted(
                "\(name) has a critical extension that is not known here\(names.isEmpty ? "" : ": \(names)")")
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
            return untrusted("\(name) is followed by more CAs than its path length allows")
        default:
            let reason = String(cString: X509_verify_cert_error_string(Int(problem.code)))
            return untrusted("\(name) cannot be trusted: \(reason)")
        }
    }

    private func isIssued(inTheNameOf authority: Certificate) -> Bool {
        X509_NAME_cmp(X509_get_issuer_name(handle), X509_get_subject_name(authority.handle)) == 0
    }
}
