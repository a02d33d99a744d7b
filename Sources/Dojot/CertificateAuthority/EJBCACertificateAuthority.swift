import FoundationEssentials
public import HTTP
public import PKI

/// The certificate authorities behind EJBCA-REST: generation A of the platform.
public struct EJBCACertificateAuthority: CertificateAuthority {
    public let platform = PlatformGeneration.ejbca
    public var session: Session {
        get { requests.session }
        set { requests.session = newValue }
    }
    private var requests: GatewayRequests

    /// The authorities as this session's user sees them.
    ///
    /// - Parameters:
    ///   - timeout: the time for each request with all its repetitions, in seconds.
    ///   - onRetry: told before each wait.
    public init(
        gateway: Gateway, session: Session, http: HTTPClient, timeout: Double = 60, retry: RetryPolicy = .standard,
        onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) {
        requests = GatewayRequests(
            gateway: gateway, session: session, timeout: timeout, http: http, retry: retry, onRetry: onRetry)
    }

    /// Releases differ in whether an end entity bears its tenant: both are tried where the tenant was not named.
    public func requestNames(of device: DeviceName, tenant: String) throws(DojotError) -> [String] {
        let qualified = "\(try device.qualified(by: tenant))"
        return device.tenant == nil ? [device.device, qualified] : [qualified, device.device]
    }

    public func certificateNames(forRequest name: String, tenant: String) -> [String] { [name] }

    /// Fetches the names of all authorities: `GET /ca`.
    ///
    /// - Throws: `DojotError`.
    public func caNames() throws(DojotError) -> [String] {
        try caNames(deadline: Deadline(seconds: requests.timeout), retry: requests.retry)
    }

    public func caCertificate(named name: String) throws(DojotError) -> Certificate {
        let name = try PlatformName.check(name, as: "CA name")
        let deadline = Deadline(seconds: requests.timeout)
        let exchange = requests.exchange(
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
        let deadline = Deadline(seconds: requests.timeout)
        let exchange = requests.exchange(
            "have the certificate request of \(name) signed", .post, "/sign/\(name)/pkcs10",
            content: JSONContent.encode(
                EJBCAContent.Signature(passwd: password, certificate: Base64.encode(request.der))),
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
        let exchange = requests.exchange(
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

    public func certificates(for key: PublicKey, endEntity: String) throws(DojotError) -> [Certificate] {
        try certificates(endEntity: endEntity).filter { $0.publicKey == key }
    }

    /// The broker beside EJBCA-REST identifies a device by its certificate's common name: there is nothing to associate.
    @discardableResult
    public func associate(_ certificate: Certificate, with device: DeviceName) -> Bool { false }

    public func reset(endEntity: String, password: String, caName: String) throws(DojotError) {
        let name = try DeviceName(endEntity)
        let content = EJBCAContent.EndEntity(
            username: name.description, password: password, caName: try PlatformName.check(caName, as: "CA name"))
        _ = try requests.exchange(
            "set end entity \(name) to NEW", .post, "/user", content: JSONContent.encode(content), mayBeRepeated: true,
            meaning: EJBCAMeaning.ofAuthorities
        ).send()
    }

    public func revocationList(named name: String, isNew: Bool) throws(DojotError) -> CertificateRevocationList {
        let name = try PlatformName.check(name, as: "CA name")
        let exchange = requests.exchange(
            "fetch the revocation list of CA \(name)", .get, "/ca/\(name)/crl\(isNew ? "?update=true" : "")",
            meaning: EJBCAMeaning.ofAuthorities)
        return try exchange.send(expecting: EJBCAAnswer.RevocationList.self).list(in: exchange)
    }

    public func revoke(_ certificate: Certificate, caName: String, reason: RevocationReason) throws(DojotError) {
        try revoke(certificate.serialNumber, of: certificate.issuer, reason: reason)
    }

    /// Revokes a certificate of which only the number is known.
    ///
    /// - Parameter issuer: the subject of the CA that signed it.
    /// - Throws: `DojotError`, with `.unknownCertificate` where there is none such, or it was revoked before.
    public func revoke(
        _ serial: SerialNumber, of issuer: DistinguishedName, reason: RevocationReason
    ) throws(DojotError) {
        // Where the answer was lost, a second one would be refused: `state` tells what became of the first.
        _ = try requests.exchange(
            "revoke certificate \(serial)", .delete, "\(path(of: serial, issuer))?reason=\(reason.rawValue)",
            mayBeRepeated: false, meaning: EJBCAMeaning.ofCertificates
        ).send()
    }

    public func standing(of certificate: Certificate, caName: String) throws(DojotError) -> CertificateStanding {
        CertificateStanding(try state(of: certificate.serialNumber, issuedBy: certificate.issuer))
    }

    /// Fetches the state of a certificate of which only the number is known.
    ///
    /// - Parameter issuer: the subject of the CA that signed it.
    /// - Throws: `DojotError`; for an unknown certificate EJBCA-REST can fail with 500 (`.serverFailure`): it reads the reason out of
    ///   nothing (dojot/ejbca-rest v0.4.3, `verifyCert`).
    public func state(
        of serial: SerialNumber, issuedBy issuer: DistinguishedName
    ) throws(DojotError) -> CertificateStanding.State {
        let exchange = requests.exchange(
            "look certificate \(serial) up", .get, path(of: serial, issuer) + "/status",
            meaning: EJBCAMeaning.ofCertificates)
        do {
            return try exchange.send(expecting: EJBCAAnswer.Status.self).state
        } catch {
            guard error.code == .unknownCertificate else { throw error }
            return .unknown
        }
    }

    private func path(of serial: SerialNumber, _ issuer: DistinguishedName) -> String {
        "/ca/\(EJBCAName(issuer).pathSegment)/certificate/\(serial.hexadecimal)"
    }

    /// Fetches an end entity's state in EJBCA.
    ///
    /// - Returns: nil where the platform says that there is no such end entity, which need not be true: one release
    ///   answers so where it found one.
    public func endEntityStatus(_ endEntity: String) throws(DojotError) -> EndEntityStatus? {
        let name = try DeviceName(endEntity)
        let exchange = requests.exchange("look for \(name)", .get, "/user/\(name)")
        do {
            return try exchange.send(expecting: EJBCAAnswer.EndEntities.self).user.first.flatMap(\.status)
        } catch {
            guard error.status == 404 || error.code == .requestRefused else { throw error }
            return nil
        }
    }

    /// Whether the platform surely knows the end entity. A no may be a yes: one release answers 404 where it found one.
    private func isKnown(_ name: DeviceName, deadline: Deadline) -> Bool {
        var exchange = requests.exchange("look for \(name)", .get, "/user/\(name)", deadline: deadline)
        exchange.retry = .never
        return (try? exchange.send(expecting: EJBCAAnswer.EndEntities.self))?.user.isEmpty == false
    }

    private func caNames(deadline: Deadline, retry: RetryPolicy) throws(DojotError) -> [String] {
        var exchange = requests.exchange("list the certificate authorities", .get, "/ca", deadline: deadline)
        exchange.retry = retry
        let answer = try exchange.send(expecting: EJBCAAnswer.Authorities.self)
        return answer.authorities.map { ServerText.cleaned($0.name) }
    }
}
