import PKI

/// What is sent to x509-identity-mgmt.
enum X509Content {
    /// Whom a certificate belongs to.
    struct Owner: Encodable {
        let device: String
    }

    /// `POST /certificates`: a certificate request, and whom its certificate is to belong to.
    struct Request: Encodable {
        /// PEM with nothing behind its last line: the service's schema takes no line break there.
        let csr: String
        let belongsTo: Owner?

        init(_ request: CertificateRequest, device: String?) {
            csr = String(decoding: request.pem.dropLast(while: { $0 == UInt8(ascii: "\n") }), as: UTF8.self)
            belongsTo = device.map(Owner.init)
        }
    }

    /// `PATCH /certificates/FINGERPRINT`.
    struct Change: Encodable {
        let belongsTo: Owner
    }
}

extension [UInt8] {
    /// The bytes without those at the end that fit.
    fileprivate func dropLast(while isUnwanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var rest = self[...]
        while let last = rest.last, isUnwanted(last) { rest.removeLast() }
        return rest
    }
}
