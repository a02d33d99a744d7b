import PKI

/// `/x509/v1/ca…`: the root CA of the devices' certificates, which has no name here, and its revocation list.
struct RootAuthorityRoutes {
    private struct Authority: Encodable {
        let caPem: String
        let certificateFingerprint: String
    }

    private struct List: Encodable { let crl: String }

    static func add(to router: inout Router, _ platform: Platform) {
        let certificate = platform.authority.certificate
        router.on("GET", "/x509/v1/ca") { call throws(Refusal) in
            .json(
                Authority(
                    caPem: CertificateRoutes.text(certificate.pem, call),
                    certificateFingerprint: certificate.sha256Fingerprint))
        }
        router.on("GET", "/x509/v1/ca/crl") { call throws(Refusal) in
            .json(List(crl: CertificateRoutes.text(try platform.revocationList().pem, call)))
        }
    }
}
