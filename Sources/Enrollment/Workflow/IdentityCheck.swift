import PKI

/// Whether a key, a certificate and a CA's certificate belong together, and hold now.
struct IdentityCheck {
    /// By how many seconds two clocks may differ without one being called wrong.
    static let tolerance: Int64 = 60

    /// Unix seconds by this machine's clock.
    let now: Int64
    /// By how many seconds the gateway's clock is ahead of this machine's, where it was heard.
    let clockOffset: Int64?

    init(clockOffset: Int64? = nil) {
        now = Timestamp.now.unixSeconds
        self.clockOffset = clockOffset
    }

    /// Checks what a gateway sent as its CA's certificate.
    func check(authority: Certificate, named name: String) throws(EnrollmentError) {
        guard authority.isCertificateAuthority else {
            throw EnrollmentError(
                .unexpectedCertificate,
                "what the gateway sent as \(name) is no CA certificate (\(authority.subject))")
        }
        try checkDates(of: authority, called: "the certificate of \(name)")
        do throws(PKIError) {
            try authority.verifyAsAuthority(at: nil)
        } catch {
            throw EnrollmentError(
                .unexpectedCertificate, "what the gateway sent as \(name) cannot be used: \(error.message)")
        }
    }

    /// Checks that a certificate is for this key and name, was signed by one of these CAs, is valid now, and is one that a TLS client can
    /// use (`Certificate.verify`).
    ///
    /// - Parameter names: the common names that will do; empty where any will.
    func check(
        _ certificate: Certificate, key: PrivateKey, names: [String], authorities: [Certificate],
        otherwise code: EnrollmentError.Code
    ) throws(EnrollmentError) {
        guard certificate.publicKey == key.publicKey else {
            throw EnrollmentError(code, "the certificate \(certificate.serialNumber.hexadecimal) is for another key")
        }
        let commonName = certificate.subject.commonName ?? ""
        guard names.isEmpty || names.contains(commonName) else {
            throw EnrollmentError(
                code, "the certificate is for '\(commonName)', not for \(names.joined(separator: " or "))")
        }
        guard authorities.contains(where: { certificate.isSigned(by: $0) }) else {
            let authority = authorities.first.map { "\($0.subject)" } ?? "this CA"
            throw EnrollmentError(
                code,
                "the certificate was not signed by this CA (\(authority)), but by"
                    + " \(certificate.shownIssuer(among: authorities))")
        }
        try checkDates(of: certificate, called: "the certificate")
        do throws(PKIError) {
            try certificate.verify(against: authorities, for: .tlsClient, at: nil)
        } catch {
            throw EnrollmentError(code, "the certificate cannot be used: \(error.message)")
        }
    }

    private func checkDates(of certificate: Certificate, called what: String) throws(EnrollmentError) {
        if certificate.notBefore > now {
            throw EnrollmentError(
                .notYetValid,
                "\(what) is not valid before \(Timestamp(unixSeconds: certificate.notBefore)); \(clocks)")
        }
        if certificate.notAfter < now {
            throw EnrollmentError(
                .expired, "\(what) expired on \(Timestamp(unixSeconds: certificate.notAfter)); \(clocks)")
        }
    }

    /// What the clocks say, since a wrong one is the usual cause.
    private var clocks: String {
        let own = "this machine's clock says \(Timestamp(unixSeconds: now))"
        guard let clockOffset else { return own }
        guard abs(clockOffset) > Self.tolerance else { return "\(own), and so does the gateway's" }
        let gatewayTime = Timestamp(unixSeconds: now + clockOffset)
        return "\(own), the gateway's \(gatewayTime): this machine's clock is wrong"
    }
}
