public import HTTP
public import PKI

/// The certificate authority behind x509-identity-mgmt: generation B of the platform.
///
/// It has one root authority, which has no name in the routes: whatever name is asked for, it is that one. It signs for
/// a device as often as it is asked to.
public struct X509CertificateAuthority: CertificateAuthority {
    public let platform = PlatformGeneration.x509
    public var session: Session {
        get { requests.session }
        set { requests.session = newValue }
    }
    private var requests: GatewayRequests
    private let owners: OwnerHabit

    /// How many certificates are asked for at once: an answer stays well under the client's limit of 1 MiB.
    private static let pageSize = 100
    /// More pages than this are no list that a release would give.
    private static let mostPages = 10_000

    /// The authority as this session's user sees it.
    ///
    /// - Parameters:
    ///   - timeout: the time for each request with all its repetitions, in seconds.
    ///   - owners: what is known of the release, shared by the authorities of many devices.
    ///   - onRetry: told before each wait.
    public init(
        gateway: Gateway, session: Session, http: HTTPClient, timeout: Double = 60, retry: RetryPolicy = .standard,
        owners: OwnerHabit = OwnerHabit(), onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) {
        self.owners = owners
        requests = GatewayRequests(
            gateway: gateway, session: session, timeout: timeout, http: http, retry: retry, onRetry: onRetry)
    }

    /// The request carries the bare id; the platform puts the tenant of the login before it.
    public func requestNames(of device: DeviceName, tenant: String) -> [String] { [device.device] }

    public func certificateName(forRequest name: String, tenant: String) -> String { "\(tenant):\(name)" }

    public func caCertificate(named name: String) throws(DojotError) -> Certificate {
        let exchange = requests.exchange("fetch the CA's certificate", .get, "/x509/v1/ca")
        let answer = try exchange.send(expecting: X509Answer.Authority.self)
        return try X509Answer.certificate(answer.caPem, in: exchange)
    }

    public func sign(
        _ request: CertificateRequest, endEntity: String, password: String
    ) throws(DojotError) -> Certificate {
        let device = try DeviceName(endEntity).device
        let deadline = Deadline(seconds: requests.timeout)
        do {
            let certificate = try sign(request, of: device, owner: device, deadline)
            owners.wasSigned(certificate.serialNumber.hexadecimal)
            return certificate
        } catch {
            guard error.code == .requestRefused, X509Meaning.isAboutTheOwner(error.serverWords) else { throw error }
            // An early release, which refused the request for what it does not know: nothing is signed yet.
            return try sign(request, of: device, owner: nil, deadline)
        }
    }

    private func sign(
        _ request: CertificateRequest, of device: String, owner: String?, _ deadline: Deadline
    ) throws(DojotError) -> Certificate {
        let exchange = requests.exchange(
            "have the certificate request of \(device) signed", .post, "/x509/v1/certificates",
            content: JSONContent.encode(X509Content.Request(request, device: owner)), deadline: deadline,
            meaning: X509Meaning.ofRequests)
        let answer = try exchange.send(expecting: X509Answer.Signature.self)
        return try X509Answer.certificate(answer.certificatePem, in: exchange)
    }

    /// Some releases take the owner with the request, some drop it without a word: so it is looked at, and set where it
    /// is missing.
    public func associate(_ certificate: Certificate, with device: DeviceName) throws(DojotError) {
        let (isOfRequest, habit) = owners.habit(with: certificate.serialNumber.hexadecimal)
        if habit == .taken { return }
        if habit == .unknown {
            let owner = try item(certificate, fields: "fingerprint,belongsTo").belongsTo?.device
            if isOfRequest { owners.learn(owner == device.device ? .taken : .dropped) }
            guard owner != device.device else { return }
        }
        _ = try requests.exchange(
            "associate the certificate \(certificate.sha256Fingerprint) with device \(device.device)", .patch,
            path(of: certificate),
            content: JSONContent.encode(X509Content.Change(belongsTo: X509Content.Owner(device: device.device))),
            mayBeRepeated: true, meaning: X509Meaning.ofCertificates
        ).send()
    }

    public func certificates(endEntity: String) throws(DojotError) -> [Certificate] {
        let device = try DeviceName(endEntity).device
        return try list(device: device) { $0.belongsTo?.device == device }
    }

    public func certificates(for key: PublicKey, endEntity: String) throws(DojotError) -> [Certificate] {
        let associated = try certificates(endEntity: endEntity).filter { $0.publicKey == key }
        guard associated.isEmpty else { return associated }
        // One that belongs to nobody can only be had among all.
        return try list { $0.belongsTo?.device == nil }.filter { $0.publicKey == key }
    }

    /// Each request is signed as it comes: there is nothing to set.
    public func reset(endEntity: String, password: String, caName: String) {}

    /// The platform makes its lists by itself.
    public func revocationList(named name: String, isNew: Bool) throws(DojotError) -> CertificateRevocationList {
        let exchange = requests.exchange("fetch the CA's revocation list", .get, "/x509/v1/ca/crl")
        return try exchange.send(expecting: X509Answer.RevocationList.self).list(in: exchange)
    }

    public func revoke(_ certificate: Certificate, caName: String, reason: RevocationReason) throws(DojotError) {
        _ = try requests.exchange(
            "revoke certificate \(certificate.sha256Fingerprint)", .delete, path(of: certificate),
            mayBeRepeated: false, meaning: X509Meaning.ofCertificates
        ).send()
    }

    /// A certificate that was taken back is forgotten here: only the revocation list still tells of it.
    public func standing(of certificate: Certificate, caName: String) throws(DojotError) -> CertificateStanding {
        do {
            let item = try item(certificate, fields: "fingerprint,belongsTo")
            return CertificateStanding(.valid, device: item.belongsTo?.device)
        } catch {
            guard error.code == .unknownCertificate else { throw error }
            let list = try revocationList(named: caName, isNew: false)
            let entry = certificate.revocation(in: list)
            return CertificateStanding(entry.map { .revoked($0.reason) } ?? .unknown)
        }
    }

    private func item(_ certificate: Certificate, fields: String) throws(DojotError) -> X509Answer.Item {
        try requests.exchange(
            "look certificate \(certificate.sha256Fingerprint) up", .get, path(of: certificate) + "?fields=\(fields)",
            meaning: X509Meaning.ofCertificates
        ).send(expecting: X509Answer.Item.self)
    }

    /// The certificates of the tenant that fit, page after page.
    ///
    /// - Parameter device: whose, so that the platform need not send all.
    private func list(
        device: String? = nil, where fits: (X509Answer.Item) -> Bool
    ) throws(DojotError) -> [Certificate] {
        let filter = device.map { "&keyVal=belongsTo.device=\($0)" } ?? ""
        var found: [Certificate] = []
        for page in 1...Self.mostPages {
            let exchange = requests.exchange(
                "look for certificates", .get,
                "/x509/v1/certificates?page=\(page)&limit=\(Self.pageSize)&fields=pem,belongsTo\(filter)")
            let answer = try exchange.send(expecting: X509Answer.Page.self)
            for item in answer.certificates where fits(item) {
                if let pem = item.pem { found.append(try X509Answer.certificate(pem, in: exchange)) }
            }
            guard !answer.certificates.isEmpty, page < answer.paging.totalPages ?? 1 else { break }
        }
        return found
    }

    private func path(of certificate: Certificate) -> String {
        "/x509/v1/certificates/\(certificate.sha256Fingerprint)"
    }
}
