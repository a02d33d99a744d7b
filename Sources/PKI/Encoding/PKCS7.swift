import CLibCrypto

/// Certificates in a degenerate SignedData: one that signs nothing (RFC 2315, section 9.1).
public enum PKCS7 {
    /// The certificates in a SignedData in DER, in its order.
    ///
    /// - Throws: ``PKIError/Code/malformed`` also where there is none.
    public static func certificates(der: [UInt8]) throws(PKIError) -> [Certificate] {
        let message = OpenSSL.decode(der, with: { d2i_PKCS7(nil, $0, $1) }, free: { PKCS7_free($0) })
        guard let message else { throw PKIError(.malformed, draining: "cannot read the PKCS #7 message") }
        defer { PKCS7_free(message) }
        return try certificates(of: message)
    }

    /// The certificates in the first SignedData of a PEM text, in its order.
    ///
    /// - Throws: ``PKIError/Code/malformed`` also where there is none.
    public static func certificates(pem: [UInt8]) throws(PKIError) -> [Certificate] {
        guard let message = OpenSSL.read(pem, with: { PEM_read_bio_PKCS7($0, nil, nil, nil) }) else {
            throw PEM.unreadable("PKCS #7 message", in: pem, expecting: "PKCS7")
        }
        defer { PKCS7_free(message) }
        return try certificates(of: message)
    }

    /// Puts certificates into a SignedData that signs nothing, in DER.
    public static func degenerate(certificates: [Certificate]) throws(PKIError) -> [UInt8] {
        ERR_clear_error()
        let message = PKCS7_new()
        defer { PKCS7_free(message) }
        guard let message, PKCS7_set_type(message, NID_pkcs7_signed) == 1,
            PKCS7_content_new(message, NID_pkcs7_data) == 1, shim_PKCS7_set_detached(message) == 1,
            certificates.allSatisfy({ PKCS7_add_certificate(message, $0.handle) == 1 })
        else { throw PKIError(.cryptography, draining: "cannot make a PKCS #7 message") }
        return OpenSSL.der { i2d_PKCS7(message, $0) }
    }

    /// What a SignedData in DER carries, which may be nothing; nil where it is no PKCS #7 message.
    static func contents(
        der: UnsafeBufferPointer<UInt8>
    ) -> (certificates: [Certificate], lists: [CertificateRevocationList])? {
        let message = OpenSSL.decode(der, with: { d2i_PKCS7(nil, $0, $1) }, free: { PKCS7_free($0) })
        guard let message else { return nil }
        defer { PKCS7_free(message) }
        let stack = shim_PKCS7_get0_lists(message)
        let lists = (0..<max(0, shim_sk_X509_CRL_num(stack))).compactMap { index -> CertificateRevocationList? in
            guard let handle = shim_sk_X509_CRL_value(stack, index), X509_CRL_up_ref(handle) == 1 else { return nil }
            return CertificateRevocationList(owning: handle)
        }
        return (allCertificates(of: message), lists)
    }

    private static func certificates(
        of message: UnsafeMutablePointer<CLibCrypto.PKCS7>
    ) throws(PKIError) -> [Certificate] {
        let certificates = allCertificates(of: message)
        guard !certificates.isEmpty else {
            throw PKIError(code: .malformed, message: "there is no certificate in the PKCS #7 message")
        }
        return certificates
    }

    private static func allCertificates(of message: UnsafeMutablePointer<CLibCrypto.PKCS7>) -> [Certificate] {
        let stack = shim_PKCS7_get0_certificates(message)
        return (0..<max(0, shim_sk_X509_num(stack))).compactMap { index -> Certificate? in
            guard let handle = shim_sk_X509_value(stack, index), X509_up_ref(handle) == 1 else { return nil }
            return Certificate(owning: handle)
        }
    }
}
