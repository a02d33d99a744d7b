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
        let rules = X509Rules(platform.options)
        func on(_ method: String, _ path: String, _ handle: @escaping Router.Handler) {
            router.on(method, path) { call throws(Refusal) in
                do throws(Refusal) {
                    return try handle(call)
                } catch {
                    guard let (status, text, detail) = error.reason else { throw error }
                    throw Refusal(rules.refusal(status, text, detail: detail))
                }
            }
        }
        on("POST", path) { call throws(Refusal) in
            try checkSigner(call, platform)
            let order = try CertificateOrder.request(call, rules)
            let request = try request(from: order.csr)
            let made = try platform.certify(
                request, rules, belongingTo: order.device, fault: call.effects.certificate)
            let answer = Made(
                certificatePem: text(made.pem, call), certificateFingerprint: made.sha256Fingerprint)
            return .json(answer, status: 201)
        }
        on("GET", path) { call throws(Refusal) in
            let fields = try ShownCertificate.fields(call.request, rules)
            let page = try CertificatePage(call.request, rules)
            let found = platform.read { state in
                page.candidates(in: state.certificates).filter { $0.kept.map(page.means) ?? false }
            }
            let certificates = found[page.range(of: found.count)].compactMap { shown($0, platform, fields) }
            return .json(List(paging: page.paging(of: found.count), certificates: certificates))
        }
        on("GET", one) { call throws(Refusal) in
            let fields = try ShownCertificate.fields(call.request, rules)
            let wanted = fingerprint(call, rules)
            let found = platform.read { $0.certificates.kept(fingerprint: wanted) }
            guard let certificate = found.flatMap({ shown($0, platform, fields) }) else {
                throw Platform.noRecord(wanted, platform.options.tenant)
            }
            return .json(certificate)
        }
        on("PATCH", one) { call throws(Refusal) in
            try checkSigner(call, platform)
            let device = try CertificateOrder.ownership(call, rules)
            try platform.associate(fingerprint(call, rules), with: device)
            return Response(status: 204)
        }
        if rules.hasOwnershipRoute {
            on("DELETE", one + "/belongsto") { call throws(Refusal) in
                try checkSigner(call, platform)
                try platform.associate(fingerprint(call, rules), with: nil)
                return Response(status: 204)
            }
        }
        on("DELETE", one) { call throws(Refusal) in
            try checkSigner(call, platform)
            try platform.discard(fingerprint(call, rules))
            return Response(status: 204)
        }
    }

    /// Reads a request; what is no ASN.1 is refused, and what is no request makes pkijs throw (core/pkiUtils.js).
    private static func request(from pem: String) throws(Refusal) -> CertificateRequest {
        if let request = try? CertificateRequest(pem: Array(pem.utf8)) { return request }
        let base64 = pem.split(separator: "\n").dropFirst().dropLast().joined()
        guard let der = try? Base64.decode(base64), der.count > 1, Int(der[1]) <= der.count - 2 || der[1] > 0x80 else {
            throw .reason(400, "Can not parse ASN1 data structure from binary data")
        }
        throw .unexpectedError
    }

    /// PEM in the line breaks that a fault asks for: PEM has always some, so that "none" changes nothing.
    static func text(_ pem: [UInt8], _ call: Call) -> String {
        let text = ShownCertificate.text(pem)
        return call.effects.lineBreaks == .crlf ? text.split(separator: "\n").joined(separator: "\r\n") : text
    }

    private static func checkSigner(_ call: Call, _ platform: Platform) throws(Refusal) {
        guard call.user?.maySign ?? false else { throw platform.access.denied }
    }

    private static func fingerprint(_ call: Call, _ rules: X509Rules) -> String {
        let text = call.parameter("fingerprint")
        return rules.addsColons ? Fingerprint.canonical(text) : text.uppercased()
    }

    private static func shown(
        _ certificate: IssuedCertificate, _ platform: Platform, _ fields: [String]
    ) -> ShownCertificate? {
        certificate.kept.map {
            ShownCertificate(certificate, $0, tenant: platform.options.tenant, fields: fields)
        }
    }
}
