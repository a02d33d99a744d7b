import CLibCrypto

/// An authority's list of the certificates that it took back, by RFC 5280, section 5; it never changes.
public final class CertificateRevocationList: Sendable {
    /// One certificate that was taken back.
    public struct Entry: Hashable, Sendable {
        /// The certificate's number.
        public var serialNumber: SerialNumber
        /// When it was taken back, in Unix seconds.
        public var date: Int64
        /// Why; a list that does not say means ``RevocationReason/unspecified``.
        public var reason: RevocationReason

        /// Makes an entry.
        public init(serialNumber: SerialNumber, date: Int64, reason: RevocationReason = .unspecified) {
            self.serialNumber = serialNumber
            self.date = date
            self.reason = reason
        }
    }

    // It comes from DER and is never written to; OpenSSL sorts its entries under a lock of its own.
    package nonisolated(unsafe) let handle: OpaquePointer

    /// Takes over one of OpenSSL's, with one count of its holders.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { X509_CRL_free(handle) }

    /// Reads the first list of a PEM text, with anything around it.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public convenience init(pem: [UInt8]) throws(PKIError) {
        guard let read = OpenSSL.read(pem, with: { PEM_read_bio_X509_CRL($0, nil, nil, nil) }) else {
            throw PEM.unreadable("certificate revocation list", in: pem, expecting: "X509 CRL")
        }
        self.init(owning: read)
    }

    /// Reads a list in DER; bytes behind it are an error.
    ///
    /// - Throws: ``PKIError/Code/malformed``.
    public convenience init(der: [UInt8]) throws(PKIError) {
        let read = OpenSSL.decode(der, with: { d2i_X509_CRL(nil, $0, $1) }, free: { X509_CRL_free($0) })
        guard let read else { throw PKIError(.malformed, draining: "cannot read the certificate revocation list") }
        self.init(owning: read)
    }

    /// The list in DER.
    public var der: [UInt8] { OpenSSL.der { i2d_X509_CRL(handle, $0) } }

    /// The list in PEM, in lines of 64 letters that end in LF.
    public var pem: [UInt8] { PEM.encode(der, label: "X509 CRL") }

    /// Who signed it.
    public var issuer: DistinguishedName { DistinguishedName(X509_CRL_get_issuer(handle)) }

    /// When it was made, in Unix seconds; the beginning of time where what it says is no time.
    public var thisUpdate: Int64 { ASN1.unixSeconds(X509_CRL_get0_lastUpdate(handle)) ?? .min }

    /// When the next one comes at the latest, in Unix seconds; nil where it does not say.
    public var nextUpdate: Int64? { ASN1.unixSeconds(X509_CRL_get0_nextUpdate(handle)) }

    /// Its number, which grows from list to list; nil where it has none.
    public var number: SerialNumber? {
        guard let found = X509_CRL_get_ext_d2i(handle, NID_crl_number, nil, nil) else { return nil }
        let integer = found.assumingMemoryBound(to: ASN1_INTEGER.self)
        defer { ASN1_INTEGER_free(integer) }
        return SerialNumber(integer)
    }

    /// How many certificates it names.
    public var count: Int { max(0, Int(shim_sk_X509_REVOKED_num(X509_CRL_get_REVOKED(handle)))) }

    /// The certificates that it names, in no order that means anything.
    public var entries: [Entry] { entries(upTo: count) }

    /// The first `most` of its ``entries``, since a list can have very many.
    public func entries(upTo most: Int) -> [Entry] {
        let stack = X509_CRL_get_REVOKED(handle)
        return (0..<Int32(min(count, most))).compactMap { shim_sk_X509_REVOKED_value(stack, $0).map(Self.entry) }
    }

    /// How it is signed.
    public var signature: SignatureAlgorithm {
        SignatureAlgorithm(identifier: X509_CRL_get_signature_nid(handle))
    }

    /// What it says of a certificate of its issuer, by number; nil where it says nothing.
    public func entry(serialNumber: SerialNumber) -> Entry? {
        let integer = serialNumber.makeHandle()
        defer { ASN1_INTEGER_free(integer) }
        return entry(integer)
    }

    /// The same by the number as OpenSSL holds it.
    fileprivate func entry(_ integer: UnsafePointer<ASN1_INTEGER>?) -> Entry? {
        var found: OpaquePointer?
        guard X509_CRL_get0_by_serial(handle, &found, integer) != 0 else { return nil }
        return found.map(Self.entry)
    }

    /// Whether an authority's key made its signature, and it names that authority as its issuer.
    public func isSigned(by authority: Certificate) -> Bool {
        let authority = authority.withKey
        defer { withExtendedLifetime(authority) { ERR_clear_error() } }
        guard X509_NAME_cmp(X509_CRL_get_issuer(handle), X509_get_subject_name(authority.handle)) == 0,
            let key = X509_get0_pubkey(authority.handle)
        else { return false }
        return X509_CRL_verify(handle, key) == 1
    }

    private static func entry(_ revoked: OpaquePointer) -> Entry {
        var reason = RevocationReason.unspecified
        if let found = X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, nil, nil) {
            let value = found.assumingMemoryBound(to: ASN1_ENUMERATED.self)
            reason = RevocationReason(code: ASN1_ENUMERATED_get(value)) ?? .unspecified
            ASN1_ENUMERATED_free(value)
        }
        return Entry(
            serialNumber: SerialNumber(X509_REVOKED_get0_serialNumber(revoked)),
            date: ASN1.unixSeconds(X509_REVOKED_get0_revocationDate(revoked)) ?? .min, reason: reason)
    }
}

extension CertificateRevocationList: Equatable {
    public static func == (left: CertificateRevocationList, right: CertificateRevocationList) -> Bool {
        left === right || left.der == right.der
    }
}

extension Certificate {
    /// What a list of its issuer says of it; nil where it says nothing, or is another authority's list. The list itself is not checked:
    /// see ``CertificateRevocationList/answer(about:trusting:through:at:)``.
    public func revocation(in list: CertificateRevocationList) -> CertificateRevocationList.Entry? {
        guard X509_NAME_cmp(X509_get_issuer_name(handle), X509_CRL_get_issuer(list.handle)) == 0 else { return nil }
        let entry = list.entry(X509_get0_serialNumber(handle))
        return entry?.reason == .removeFromCRL ? nil : entry
    }
}
