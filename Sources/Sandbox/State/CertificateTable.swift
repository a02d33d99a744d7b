/// The certificates that the CA signed, in the order of their signing, and what they are found by.
///
/// None is ever taken out: a position is a certificate's for good.
struct CertificateTable: Sendable {
    private(set) var all: [IssuedCertificate] = []
    private var bySerialNumber: [String: Int] = [:]
    private var byFingerprint: [String: Int] = [:]
    private var byEndEntity: [String: [Int]] = [:]
    private var byCommonName: [String: [Int]] = [:]
    /// By the device that x509-identity-mgmt associates them with.
    private var byDevice: [String: [Int]] = [:]
    private var revokedPositions: [Int] = []

    /// Adds one; where its serial number is there already, it becomes this one.
    mutating func put(_ certificate: IssuedCertificate) {
        let key = Self.key(certificate.serialNumber)
        if let position = bySerialNumber[key] {
            let before = all[position]
            all[position] = certificate
            if before.revocation == nil && certificate.revocation != nil { revokedPositions.append(position) }
            guard before.record?.device != certificate.record?.device else { return }
            if let device = before.record?.device { byDevice[device]?.removeAll { $0 == position } }
            if let device = certificate.record?.device { byDevice[device, default: []].append(position) }
            return
        }
        let position = all.count
        all.append(certificate)
        bySerialNumber[key] = position
        byEndEntity[certificate.endEntity, default: []].append(position)
        byCommonName[certificate.commonName, default: []].append(position)
        if certificate.revocation != nil { revokedPositions.append(position) }
        if let record = certificate.record {
            byFingerprint[record.fingerprint] = position
            if let device = record.device { byDevice[device, default: []].append(position) }
        }
    }

    /// The one of a serial number in hex of either case, with or without leading zeros.
    func one(serialNumber: String) -> IssuedCertificate? { bySerialNumber[Self.key(serialNumber)].map { all[$0] } }

    /// The one of a fingerprint that x509-identity-mgmt still shows.
    func kept(fingerprint: String) -> IssuedCertificate? {
        byFingerprint[fingerprint].map { all[$0] }.flatMap { $0.kept == nil ? nil : $0 }
    }

    /// Those that were signed for an end entity.
    func signed(for endEntity: String) -> [IssuedCertificate] { found(byEndEntity[endEntity]) }

    /// Those that bear a name.
    func named(_ commonName: String) -> [IssuedCertificate] { found(byCommonName[commonName]) }

    /// Those that are associated with a device.
    func associated(with device: String) -> [IssuedCertificate] { found(byDevice[device]?.sorted()) }

    /// Those that were revoked.
    var revoked: [IssuedCertificate] { found(revokedPositions) }

    private func found(_ positions: [Int]?) -> [IssuedCertificate] { (positions ?? []).map { all[$0] } }

    private static func key(_ serialNumber: String) -> String {
        String(serialNumber.uppercased().drop { $0 == "0" })
    }
}
