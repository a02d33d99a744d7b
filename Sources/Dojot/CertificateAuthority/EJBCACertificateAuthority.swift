import FoundationEssentials
public import HTTP
public import PKI

/// The certificate authorities behind EJBCA-REST: generation A of the platform.
public struct EJBCACertificateAuthority: CertificateAuthority {
    /// Where the routes are.
    public let gateway: Gateway
    /// Who asks; set another one when it has expired.
    public var session: Session
    /// The time for each request with all its repetitions, in seconds.
    public let timeout: Double
    private let http: HTTPClient
    private let retry: RetryPolicy
    private let onRetry: (RetryEvent) -> Void

    /// The authorities as this session's user sees them.
    ///
    /// - Parameters:
    ///   - timeout: the time for each request with all its repetitions, in seconds.
    ///   - onRetry: told before each wait.
    public init(
        gateway: Gateway, session: Session, http: HTTPClient, timeout: Double = 60, retry: RetryPolicy = .standard,
        onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) {
        self.gateway = gateway
        self.session = session
        self.http = http
        self.timeout = timeout
        self.retry = retry
        self.onRetry = onRetry
    }

    /// Fetches the names of all authorities: `GET /ca`.
    ///
    /// - Throws: `DojotError`.
    public func caNames() throws(DojotError) -> [String] {
        try caNames(deadline: Deadline(seconds: timeout), retry: retry)
    }

    public func caCertificate(named name: String) throws(DojotError) -> Certificate {
        let name = try PlatformName.check(name, as: "CA name")
        let deadline = Deadline(seconds: timeout)
        let exchange = exchange(
            "fetch the certificate of CA \(name)", .get, "/ca/\(name)", deadline: deadline,
            meaning: EJBCAMeaning.ofAuthorities)
        let answer: EJBCAAnswer.Authority
        do {
            answer = try exchange.send(expecting: EJBCAAnswer.Authority.self)
        } catch {
            guard error.code == .unknownCA else { throw error }
            // What there is helps more than that this is not; where that cannot be had, the error stays as it is.
            let known = (try? caNames(deadline: deadline, retry: .never)) ?? []
            throw error.naming(known)
        }
        return try EJBCAAnswer.certificate(answer.certificate, in: exchange)
    }

    public func sign(
        _ request: CertificateRequest, endEntity: String, password: String
    ) throws(DojotError) -> Certificate {
        let name = try DeviceName(endEntity)
        let deadline = Deadline(seconds: timeout)
        let exchange = exchange(
            "have the certificate request of \(name) signed", .post, "/sign/\(name)/pkcs10",
            content: EJBCAContent.Signature(passwd: password, certificate: Base64.encode(request.der)),
            deadline: deadline, meaning: EJBCAMeaning.ofEndEntities)
        let answer: EJBCAAnswer.Signature
        do {
            answer = try exchange.send(expecting: EJBCAAnswer.Signature.self)
        } catch {
            guard EJBCAMeaning.mayMeanThePassword(error.serverWords), isKnown(name, deadline: deadline) else {
                throw error
            }
            throw exchange.refusal(.wrongEndEntityPassword, "the end entity's password is another", like: error)
        }
        return try answer.certificate(for: request.publicKey, in: exchange)
    }

    public func certificates(endEntity: String) throws(DojotError) -> [Certificate] {
        let name = try DeviceName(endEntity)
        let exchange = exchange(
            "look for certificates of \(name)", .get, "/user/\(name)/find?valid=true",
            meaning: EJBCAMeaning.ofEndEntities)
        let answer: EJBCAAnswer.Certificates
        do {
            answer = try exchange.send(expecting: EJBCAAnswer.Certificates.self)
        } catch {
            guard error.status == 404, EJBCAMeaning.saysNoCertificates(error.serverWords) else { throw error }
            return []
        }
        var certificates: [Certificate] = []
        for entry in answer.certs {
            certificates.append(try EJBCAAnswer.certificate(entry.certificateData, in: exchange))
        }
        return certificates
    }

    public func reset(endEntity: String, password: String, caName: String) throws(DojotError) {
        let name = try DeviceName(endEntity)
        let content = EJBCAContent.EndEntity(
            username: name.description, password: password, caName: try PlatformName.check(caName, as: "CA name"))
        _ = try exchange(
            "set end entity \(name) to NEW", .post, "/user", content: content, mayBeRepeated: true,
            meaning: EJBCAMeaning.ofAuthorities
        ).send()
    }

    /// Whether the platform surely knows the end entity. A no may be a yes: one release answers 404 where it found one.
    private func isKnown(_ name: DeviceName, deadline: Deadline) -> Bool {
        var exchange = exchange("look for \(name)", .get, "/user/\(name)", deadline: deadline)
        exchange.retry = .never
        return (try? exchange.send(expecting: EJBCAAnswer.EndEntities.self))?.user.isEmpty == false
    }

    private func caNames(deadline: Deadline, retry: RetryPolicy) throws(DojotError) -> [String] {
        var exchange = exchange("list the certificate authorities", .get, "/ca", deadline: deadline)
        exchange.retry = retry
        let answer = try exchange.send(expecting: EJBCAAnswer.Authorities.self)
        return answer.authorities.map { ServerText.cleaned($0.name) }
    }

    private func exchange(
        _ purpose: String, _ method: HTTPRequest.Method, _ path: String, content: (any Encodable)? = nil,
        mayBeRepeated: Bool? = nil, deadline: Deadline? = nil,
        meaning: @escaping GatewayExchange.Meaning = { _, _ in nil }
    ) -> GatewayExchange {
        var headers: HTTPHeaders = ["Authorization": "Bearer \(session.token.text)"]
        if content != nil { headers.append("Content-Type", "application/json") }
        return GatewayExchange(
            purpose: purpose,
            request: HTTPRequest(
                method, gateway.url(path), headers: headers, body: content.map(EJBCAContent.json),
                mayBeRepeated: mayBeRepeated),
            http: http, deadline: deadline ?? Deadline(seconds: timeout), retry: retry, onRetry: onRetry,
            meaning: meaning)
    }
}
