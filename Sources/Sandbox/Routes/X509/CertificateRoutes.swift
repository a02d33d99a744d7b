import PKI

/// `/x509/v1/certificates…`: a request for a certificate, whom it belongs to, and its end.
struct CertificateRoutes {
    private struct Made: Encodable {
        let certificatePem: String
        let certificateFingerprint: String
    }

    private struct List: Encodable {
        let paging: CertificatePage.Paging
        let certificates: [ShownCertificate]
    }

    private static let path = "/x509/v1/certificates"
    private static let one = path + "/:fingerprint"

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", path) { call throws(Refusal) in
            try checkSigner(call)
            let order = try CertificateOrder.request(
                call, ignoresBelongsTo: platform.options.ignoresBelongsTo)
            guard let request = try? CertificateRequest(pem: Array(order.csr.utf8)) else {
                throw .reason(400, "The CSR cannot be read.")
            }
            let made = try platform.certify(request, belongingTo: order.device, fault: call.effects.certificate)
            let answer = Made(
                certificatePem: text(made.pem, call), certificateFingerprint: made.sha256Fingerprint)
            return .json(answer, status: 201)
        }
        router.on("GET", path) { call throws(Refusal) in
            let fields = try ShownCertificate.fields(call.request)
            let page = CertificatePage(call.request)
            let found = platform.read { state in
                page.candidates(in: state.certificates).filter { $0.kept.map(page.means) ?? false }
            }
            let certificates = found[page.range(of: found.count)].compactMap { shown($0, platform, fields) }
            return .json(List(paging: page.paging(of: found.count), certificates: certificates))
        }
        router.on("GET", one) { call throws(Refusal) in
            let fields = try ShownCertificate.fields(call.request)
            let wanted = fingerprint(call)
            let found = platform.read { $0.certificates.kept(fingerprint: wanted) }
            guard let certificate = found.flatMap({ shown($0, platform, fields) }) else {
                throw Platform.noRecord(wanted, platform.options.tenant)
            }
            return .json(certificate)
        }
        router.on("PATCH", one) { call throws(Refusal) in
            try checkSigner(call)
            let device = try CertificateOrder.ownership(call)
            try platform.associate(fingerprint(call), with: device)
            return Response(status: 204)
        }
        router.on("DELETE", one + "/belongsto") { call throws(Refusal) in
            try checkSigner(call)
            try platform.associate(fingerprint(call), with: nil)
            return Response(status: 204)
        }
        router.on("DELETE", one) { call throws(Refusal) in
            try checkSigner(call)
            try platform.discard(fingerprint(call))
            return Response(status: 204)
        }
    }

    /// PEM in the line breaks that a fault asks for: PEM has always some, so that "none" changes nothing.
    static func text(_ pem: [UInt8], _ call: Call) -> String {
        let text = ShownCertificate.text(pem)
        return call.effects.lineBreaks == .crlf ? text.split(separator: "\n").joined(separator: "\r\n") : text
    }

    private static func checkSigner(_ call: Call) throws(Refusal) {
        guard call.user?.maySign ?? false else { throw .reason(403, "Forbidden") }
    }

    private static func fingerprint(_ call: Call) -> String { Fingerprint.canonical(call.parameter("fingerprint")) }

    private static func shown(
        _ certificate: IssuedCertificate, _ platform: Platform, _ fields: [String]
    ) -> ShownCertificate? {
        certificate.kept.map {
            ShownCertificate(certificate, $0, tenant: platform.options.tenant, fields: fields)
        }
    }
}
