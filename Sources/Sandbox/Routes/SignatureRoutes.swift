import PKI

/// `POST /sign/NAME/pkcs10`: a certificate request for a certificate.
struct SignatureRoutes {
    private struct Order: Decodable {
        let passwd: String?
        let certificate: String?
    }

    private struct Signed: Encodable {
        struct Status: Encodable {
            let data: String
            let responseType: String
        }

        let status: Status
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/sign/:name/pkcs10") { call throws(Refusal) in
            guard call.user?.maySign ?? false else { throw platform.access.denied }
            let order = try call.restBody(Order.self)
            guard order.passwd != nil || order.certificate != nil else {
                throw Refusal(400, "Missing parameter. Expected: passwd and certificate")
            }
            guard let password = order.passwd, let text = order.certificate else { throw .uncaughtException }
            let name = call.parameter("name")
            let made = try sign(text, for: name, password: password, call, platform)
            return try answer(made, call)
        }
    }

    /// Checks, in EJBCA's order, who asks, their state, and the request; then signs.
    private static func sign(
        _ text: String, for name: String, password: String, _ call: Call, _ platform: Platform
    ) throws(Refusal) -> Certificate {
        func entity(_ state: PlatformState) throws(Refusal) -> EndEntity {
            try self.entity(name, password, in: state, platform.options)
        }
        let found = try platform.read(entity)
        let request = try request(from: text)
        let subject = try CertificateProfile.subject(of: found)
        // Signed while nobody waits for the state: of two requests for one end entity, one is refused afterwards.
        let certificate: Certificate
        do {
            certificate = try platform.authority.issue(
                CertificateProfile.contents(of: request, subject: subject, life: platform.options.certificateLife),
                fault: call.effects.certificate)
        } catch { throw .soap("\(error.message)") }
        let issued = IssuedCertificate(
            serialNumber: certificate.serialNumber.hexadecimal, endEntity: name,
            commonName: subject.commonName ?? name, der: Base64.encode(certificate.der),
            notAfter: certificate.notAfter)
        try platform.change { state, changes throws(Refusal) in
            var entity = try entity(state)
            entity.status = .generated
            changes += [.endEntity(entity), .certificate(issued)]
        }
        return certificate
    }

    /// An end entity that may have a certificate now.
    private static func entity(
        _ name: String, _ password: String, in state: PlatformState, _ options: SandboxOptions
    ) throws(Refusal) -> EndEntity {
        guard let entity = state.endEntities[name] else {
            // Later releases look the end entity up first, to set it to NEW; older ones let EJBCA find out.
            throw .soap(options.signsAgain ? "User not found to renew.." : "Wrong username or password")
        }
        guard Secret.equal(password, entity.password) else { throw .soap("Wrong username or password") }
        guard entity.status.allowsSigning || options.signsAgain else {
            let status = "\(entity.status.name) (\(entity.status.rawValue))"
            throw .soap("Got request with status \(status), NEW, FAILED or INPROCESS required: \(name).")
        }
        return entity
    }

    /// Reads the base64 between a request's PEM lines.
    private static func request(from text: String) throws(Refusal) -> CertificateRequest {
        guard let der = try? Base64.decode(text), let request = try? CertificateRequest(der: der) else {
            throw .soap("Invalid PKCS10 request: it cannot be read.")
        }
        try CertificateProfile.check(request)
        return request
    }

    private static func answer(_ certificate: Certificate, _ call: Call) throws(Refusal) -> Response {
        guard call.effects.asPKCS7 else {
            let data = AuthorityRoutes.base64(certificate.der, call)
            return .json(Signed(status: .init(data: data, responseType: "CERTIFICATE")))
        }
        do {
            let message = try PKCS7.degenerate(certificates: [certificate])
            let data = AuthorityRoutes.base64(message, call)
            return .json(Signed(status: .init(data: data, responseType: "PKCS7")))
        } catch { throw Refusal(500, error.message) }
    }
}
