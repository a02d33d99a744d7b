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

    /// The id without its tenant, which every release accepts: where a release checks the common name, it must match
    /// `^[0-9A-Za-z ]{1,255}$` (dojot/dojot, x509-identity-mgmt, core/distinguished-name.js of v0.6.1, config/default.conf of v0.8.0).
    public func requestNames(of device: DeviceName, tenant: String) -> [String] { [device.device] }

    /// Releases 0.5 and 0.6 put the tenant before the common name; later ones only where `certificate.check.subjectdn` is set, which
    /// it is not by default (dojot/dojot, x509-identity-mgmt, CertificateService.js of v0.7.0 to v0.8.0).
    public func certificateNames(forRequest name: String, tenant: String) -> [String] { [name, "\(tenant):\(name)"] }

    public func caCertificate(named name: String) throws(DojotError) -> Certificate {
        let exchange = requests.exchange("fetch the CA's certificate", .get, "/x509/v1/ca")
        let answer = try exchange.send(expecting: X509Answer.Authority.self)
        return try X509Answer.certificate(answer.caPem, in: exchange)
    }

    public func sign(
        _ request: CertificateRequest, endEntity: String, password: String
    ) throws(DojotError) -> Certificate {
        let device = try DeviceName(endEntity).device
        if owners.areRefused { return try sign(request, of: device, owner: nil) }
        do {
            let certificate = try sign(request, of: device, owner: device)
            owners.wasSigned(certificate.serialNumber.hexadecimal)
            return certificate
        } catch {
            guard error.code == .requestRefused, X509Meaning.isAboutTheOwner(error.serverWords) else { throw error }
            // An early release, which refused the request for what it does not know: nothing is signed yet.
            return try sign(request, of: device, owner: nil)
        }
    }

    private func sign(
        _ request: CertificateRequest, of device: String, owner: String?
    ) throws(DojotError) -> Certificate {
        let exchange = requests.exchange(
            "have the certificate request of \(device) signed", .post, "/x509/v1/certificates",
            content: JSONContent.encode(X509Content.Request(request, device: owner)),
            meaning: X509Meaning.ofRequests)
        let answer = try exchange.send(expecting: X509Answer.Signature.self)
        return try X509Answer.certificate(answer.certificatePem, in: exchange)
    }

    /// Some releases set the owner that comes with the request, some ignore it: so it is queried, and set where it is missing.
    ///
    /// Releases 0.5 and 0.6 accept only owners with an id of ten digits, which no device has; their broker identifies a device by the
    /// tenant and id in its certificate, so nothing is missing there (dojot/dojot v0.6.1, x509-identity-mgmt/js/schemas/defs.json).
    @discardableResult
    public func associate(_ certificate: Certificate, with device: DeviceName) throws(DojotError) -> Bool {
        let namesTenant = certificate.subject.commonName.flatMap { try? DeviceName($0) }?.tenant != nil
        let (isOfRequest, habit) = owners.habit(with: certificate.serialNumber.hexadecimal)
        if habit == .taken || (owners.areRefused && namesTenant) { return false }
        if habit == .unknown {
            let owner = try item(certificate, fields: "fingerprint,belongsTo").belongsTo?.device
            if isOfRequest { owners.learn(owner == device.device ? .taken : .dropped) }
            guard owner != device.device else { return false }
        }
        let exchange = requests.exchange(
            "associate the certificate \(certificate.sha256Fingerprint) with device \(device.device)", .patch,
            path(of: certificate),
            content: JSONContent.encode(X509Content.Change(belongsTo: X509Content.Owner(device: device.device))),
            mayBeRepeated: true, meaning: X509Meaning.ofCertificates)
        do {
            _ = try exchange.send()
            return true
        } catch {
            guard error.code == .requestRefused, X509Meaning.isAboutTheOwner(error.serverWords), namesTenant else {
                throw error
            }
            owners.learn(.refused)
            return false
        }
    }

    /// Whether the release identifies a device by the association of its certificate: 0.7 and later do. Earlier ones have no field
    /// `subjectDN` (dojot/dojot, x509-identity-mgmt, db.js of v0.6.1, db/CertificateModel.js of v0.7.0).
    public func identifiesByAssociation(_ certificate: Certificate) throws(DojotError) -> Bool {
        do {
            _ = try item(certificate, fields: "fingerprint,subjectDN")
            return true
        } catch {
            guard error.code == .requestRefused else { throw error }
            return false
        }
    }

    public func certificates(endEntity: String) throws(DojotError) -> [Certificate] {
        let device = try DeviceName(endEntity).device
        let associated = try list(device: device) { item, _ in item.belongsTo?.device == device }
        guard associated.isEmpty else { return associated }
        // Releases 0.5 and 0.6 associate no certificate: there the common name identifies the device.
        return try list { item, certificate in
            let name = certificate.subject.commonName.flatMap { try? DeviceName($0) }
            return item.belongsTo?.device == nil && name?.device == device
        }
    }

    public func certificates(for key: PublicKey, endEntity: String) throws(DojotError) -> [Certificate] {
        let device = try DeviceName(endEntity).device
        let associated = try list(device: device) { item, certificate in
            item.belongsTo?.device == device && certificate.publicKey == key
        }
        guard associated.isEmpty else { return associated }
        // One that belongs to nobody can only be had among all.
        return try list { item, certificate in item.belongsTo?.device == nil && certificate.publicKey == key }
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
            guard certificate.revocation(in: list) != nil else { return CertificateStanding(.unknown) }
            let authority = try caCertificate(named: caName)
            let answer = list.answer(about: certificate, trusting: [authority], at: Timestamp.now.unixSeconds)
            if case .revoked(let entry) = answer { return CertificateStanding(.revoked(entry.reason)) }
            return CertificateStanding(.unknown)
        }
    }

    private func item(_ certificate: Certificate, fields: String) throws(DojotError) -> X509Answer.Item {
        try requests.exchange(
            "look certificate \(certificate.sha256Fingerprint) up", .get, path(of: certificate) + "?fields=\(fields)",
            meaning: X509Meaning.ofCertificates
        ).send(expecting: X509Answer.Item.self)
    }

    /// The certificates of the tenant that match, page after page.
    ///
    /// - Parameter device: whose, so that the platform need not send all. The filter is sent in both ways: up to 0.7 the service
    ///   reads `belongsTo.device` and ignores `keyVal`, from 0.8 on it reads `keyVal` alone (certificateRoutes.js, CommonModel.js).
    private func list(
        device: String? = nil, where matches: (X509Answer.Item, Certificate) -> Bool
    ) throws(DojotError) -> [Certificate] {
        let filter = device.map { "&belongsTo.device=\($0)&keyVal=belongsTo.device=\($0)" } ?? ""
        var found: [Certificate] = []
        for page in 1...Self.mostPages {
            let exchange = requests.exchange(
                "look for certificates", .get,
                "/x509/v1/certificates?page=\(page)&limit=\(Self.pageSize)&fields=pem,belongsTo\(filter)")
            let answer = try exchange.send(expecting: X509Answer.Page.self)
            for item in answer.certificates {
                guard let pem = item.pem else { continue }
                let certificate = try X509Answer.certificate(pem, in: exchange)
                if matches(item, certificate) { found.append(certificate) }
            }
            let isLast = answer.paging.totalPages.map { page >= $0 } ?? (answer.certificates.count < Self.pageSize)
            if isLast || answer.certificates.isEmpty { break }
        }
        return found
    }

    private func path(of certificate: Certificate) -> String {
        "/x509/v1/certificates/\(certificate.sha256Fingerprint)"
    }
}
