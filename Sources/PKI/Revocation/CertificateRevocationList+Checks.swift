import CLibCrypto

extension CertificateRevocationList {
    /// Why a list says nothing, neither that a certificate is revoked nor that it is not.
    public struct Problem: Error, Equatable, Sendable {
        public enum Kind: String, Sendable {
            /// It is another authority's list.
            case otherIssuer
            /// None of the authorities given signed it, or the one that did may not sign lists.
            case notSigned
            case notYetValid
            case expired
            /// It is not about all certificates of its issuer, or says something critical that is not known here.
            case unsupported
        }

        public let kind: Kind
        /// To stand after the list's name: lower case, no full stop.
        public let message: String
    }

    /// What a list says of a certificate, once the list itself has been checked.
    public enum Answer: Sendable {
        case notRevoked
        case revoked(Entry)
        case unknown(Problem)
    }

    /// What the list says of a certificate, as `openssl verify -crl_check` judges it: the list counts only where its signature, its
    /// dates and its extensions were checked.
    ///
    /// - Parameters:
    ///   - authorities: those whose lists are believed.
    ///   - intermediates: certificates that may lead to one of them.
    ///   - time: Unix seconds.
    public func answer(
        about certificate: Certificate, trusting authorities: [Certificate], through intermediates: [Certificate] = [],
        at time: Int64
    ) -> Answer {
        guard X509_NAME_cmp(X509_get_issuer_name(certificate.handle), X509_CRL_get_issuer(handle)) == 0 else {
            let message = "is the list of \(issuer), and the certificate was issued by \(certificate.issuer)"
            return .unknown(Problem(kind: .otherIssuer, message: message))
        }
        if let problem = problem(trusting: authorities + intermediates, at: time) { return .unknown(problem) }
        let verification = ChainVerification(
            certificate: certificate, authorities: authorities, intermediates: intermediates, lists: [self], time: time)
        let found = (try? verification.problems(stopsAtFirst: false))?.map(\.code) ?? [X509_V_ERR_UNABLE_TO_GET_CRL]
        if let code = found.first(where: { Self.codes.contains($0) }) {
            return .unknown(Problem(kind: .unsupported, message: Self.message(of: code)))
        }
        guard found.contains(X509_V_ERR_CERT_REVOKED) else { return .notRevoked }
        return .revoked(certificate.revocation(in: self) ?? Entry(serialNumber: certificate.serialNumber, date: .min))
    }

    private static func message(of code: Int32) -> String {
        switch code {
        case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_DIFFERENT_CRL_SCOPE: "does not cover this certificate"
        default: "cannot be used: \(String(cString: X509_verify_cert_error_string(Int(code))).lowercased())"
        }
    }

    /// What OpenSSL says of a list that it does not believe.
    private static let codes: Set<Int32> = [
        X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, X509_V_ERR_CRL_SIGNATURE_FAILURE,
        X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
        X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
        X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
        X509_V_ERR_DIFFERENT_CRL_SCOPE, X509_V_ERR_CRL_PATH_VALIDATION_ERROR,
    ]

    /// Why nothing in the list is to be believed; nil where it may be.
    ///
    /// - Parameters:
    ///   - authorities: those whose lists are believed.
    ///   - time: Unix seconds.
    public func problem(trusting authorities: [Certificate], at time: Int64) -> Problem? {
        guard let signer = authorities.first(where: { isSigned(by: $0) }) else {
            let named = authorities.first { X509_NAME_cmp(X509_CRL_get_issuer(handle), $0.subjectHandle) == 0 }
            let message =
                "is not signed by \(named == nil ? "a CA that is trusted" : "the key of its CA"): it names \(issuer)"
            return Problem(kind: .notSigned, message: message)
        }
        if let usage = signer.keyUsage, !usage.contains(.cRLSign) {
            return Problem(kind: .notSigned, message: "is signed by \(issuer), whose key may not sign lists")
        }
        return partiality ?? dateProblem(at: time)
    }

    /// Why the list does not say all of its issuer's certificates, or says it in a way that is not known here; nil where it does.
    public var partiality: Problem? {
        func unsupported(_ message: String) -> Problem { Problem(kind: .unsupported, message: message) }
        if X509_CRL_get_ext_by_NID(handle, NID_delta_crl, -1) >= 0 {
            return unsupported("is a delta list, which only says what changed since another one")
        }
        if let name = unknownCriticalExtension {
            return unsupported("has a critical extension that is not known here: \(name)")
        }
        guard X509_CRL_get_ext_by_NID(handle, NID_issuing_distribution_point, -1) >= 0 else { return nil }
        guard let found = X509_CRL_get_ext_d2i(handle, NID_issuing_distribution_point, nil, nil) else {
            return unsupported("has an issuing distribution point that is broken")
        }
        let point = found.assumingMemoryBound(to: ISSUING_DIST_POINT.self)
        defer { ISSUING_DIST_POINT_free(point) }
        if point.pointee.onlyCA > 0 { return unsupported("is about certificates of CAs only") }
        if point.pointee.onlyattr > 0 { return unsupported("is about attribute certificates only") }
        if point.pointee.indirectCRL > 0 { return unsupported("is indirect: it is about other CAs' certificates too") }
        if point.pointee.onlysomereasons != nil { return unsupported("is about some reasons of revocation only") }
        return nil
    }

    /// The first critical extension, of the list or an entry, that OpenSSL's check of lists does not take into account.
    private var unknownCriticalExtension: String? {
        let known = [NID_issuing_distribution_point, NID_authority_key_identifier, NID_delta_crl]
        for index in 0..<max(0, X509_CRL_get_ext_count(handle)) {
            if let name = Self.criticalName(X509_CRL_get_ext(handle, index), besides: known) { return name }
        }
        let stack = X509_CRL_get_REVOKED(handle)
        for index in 0..<Int32(count) {
            let entry = shim_sk_X509_REVOKED_value(stack, index)
            for place in 0..<max(0, X509_REVOKED_get_ext_count(entry)) {
                let name = Self.criticalName(X509_REVOKED_get_ext(entry, place), besides: [NID_certificate_issuer])
                if let name { return "\(name), of an entry" }
            }
        }
        return nil
    }

    private static func criticalName(_ handle: OpaquePointer?, besides known: [Int32]) -> String? {
        let object = X509_EXTENSION_get_object(handle)
        guard X509_EXTENSION_get_critical(handle) == 1, !known.contains(OBJ_obj2nid(object)) else { return nil }
        return ASN1.name(object)
    }

    private func dateProblem(at time: Int64) -> Problem? {
        if let flaw = encodingFlaws.first { return Problem(kind: .unsupported, message: "cannot be used: \(flaw)") }
        if thisUpdate > time {
            return Problem(kind: .notYetValid, message: "is not valid before \(Timestamp(unixSeconds: thisUpdate))")
        }
        guard let nextUpdate, nextUpdate < time else { return nil }
        return Problem(
            kind: .expired, message: "should have been replaced on \(Timestamp(unixSeconds: nextUpdate))")
    }

    /// What is wrong with its encoding, each to stand after a name and a colon.
    var encodingFlaws: [String] {
        ASN1.flaw(of: X509_CRL_get0_lastUpdate(handle), named: "thisUpdate")
            + ASN1.flaw(of: X509_CRL_get0_nextUpdate(handle), named: "nextUpdate")
    }
}
