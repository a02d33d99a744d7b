import CommandLineKit
import Dojot
import PKI

/// What is told of one object: labels and values, all fit to be shown.
struct ObjectFields {
    private(set) var fields: [(label: String, value: String)] = []
    private let now: Timestamp

    init(_ object: PKIObject, at now: Timestamp) {
        self.now = now
        switch object {
        case .certificate(let certificate): add(certificate)
        case .request(let request): add(request)
        case .revocationList(let list): add(list)
        case .privateKey(let key): add(key.publicKey, label: "public SHA-256")
        case .publicKey(let key): add(key, label: "SHA-256")
        case .encryptedKey(let key): add("key", "\(key.kind.map { "\($0), " } ?? "")opened by a passphrase only")
        }
    }

    private mutating func add(_ certificate: Certificate) {
        add("subject", "\(certificate.subject)")
        add(deviceNamedBy: certificate.isCertificateAuthority ? nil : certificate.subject.commonName)
        add("issuer", certificate.isSelfSigned ? "itself" : "\(certificate.issuer)")
        add("serial", certificate.serialNumber.hexadecimal)
        add("", "\(certificate.serialNumber.decimal) in decimal")
        addDates(of: certificate)
        add("key", "\(certificate.publicKey.algorithm)")
        add("signature", "\(certificate.signature)")
        add(
            certificate.subjectAlternativeNames, certificate.keyUsage, certificate.isKeyUsageCritical,
            certificate.extendedKeyUsage)
        addConstraints(of: certificate)
        add(certificate.otherExtensions)
        add("key id", certificate.subjectKeyIdentifier ?? "")
        add("issuer's key", certificate.authorityKeyIdentifier ?? "")
        add("SHA-256", certificate.sha256Fingerprint)
    }

    private mutating func add(_ request: CertificateRequest) {
        add("subject", "\(request.subject)")
        add(deviceNamedBy: request.subject.commonName)
        add("key", "\(request.publicKey.algorithm)")
        add("signature", "\(request.signature)")
        add(request.subjectAlternativeNames, request.keyUsage, nil, request.extendedKeyUsage)
        add(request.otherExtensions)
    }

    private mutating func addDates(of certificate: Certificate) {
        let (unreadableStart, unreadableEnd) = certificate.unreadableDates
        let (start, end) = (Timestamp(unixSeconds: certificate.notBefore), Timestamp(unixSeconds: certificate.notAfter))
        add("valid from", unreadableStart.map { "\"\($0)\", which is no date" } ?? "\(start)")
        if let unreadableEnd { return add("to", "\"\(unreadableEnd)\", which is no date") }
        fields.append(("to", "\(end)  \(ObjectFields.left(until: end, of: certificate, at: now))"))
    }

    private mutating func add(_ extensions: [OtherExtension]) {
        for other in extensions {
            add("also", "\(other.name)\(other.isCritical ? " (critical)" : ""): \(other.text)")
        }
    }

    private mutating func add(_ list: CertificateRevocationList) {
        add("issuer", "\(list.issuer)")
        add("number", list.number?.decimal ?? "")
        add("made", "\(Timestamp(unixSeconds: list.thisUpdate))")
        if let next = list.nextUpdate.map(Timestamp.init(unixSeconds:)) {
            let left = now.seconds(until: next)
            let distance = TimeDistance(seconds: left)
            add("next", "\(next)  \(left < 0 ? "due \(distance) ago" : "in \(distance)")")
        }
        add("signature", "\(list.signature)")
        add("revoked", "\(list.count)")
        let most = 10
        for entry in list.entries(upTo: most) {
            add("", "\(entry.serialNumber)  \(Timestamp(unixSeconds: entry.date))  \(entry.reason.rawValue)")
        }
        if list.count > most { add("", "and \(list.count - most) more, which --json prints") }
    }

    private mutating func add(_ key: PublicKey, label: String) {
        add("key", "\(key.algorithm)")
        add(label, key.sha256Fingerprint)
    }

    private mutating func add(
        _ names: [GeneralName], _ usage: KeyUsage?, _ isCritical: Bool?, _ purposes: [String]
    ) {
        add("names", names.map(\.description).joined(separator: ", "))
        add("key usage", usage.map { "\($0)\(isCritical == true ? " (critical)" : "")" } ?? "")
        add("purposes", purposes.joined(separator: ", "))
    }

    private mutating func addConstraints(of certificate: Certificate) {
        guard let isAuthority = certificate.statesAuthority else { return }
        let whose =
            switch certificate.pathLength {
            case nil: ""
            case 0: ", of no CA"
            case let most?: ", with \(most) CAs below it at most"
            }
        let critical = certificate.areBasicConstraintsCritical == true ? " (critical)" : ""
        add("may sign", (isAuthority ? "certificates\(whose)" : "no certificates") + critical)
    }

    /// What a broker takes the certificate's common name for.
    private mutating func add(deviceNamedBy commonName: String?) {
        guard let name = commonName.flatMap({ try? DeviceName($0) }) else { return }
        add("device", name.tenant.map { "\(name.device) of tenant \($0)" } ?? name.device)
    }

    /// Adds a field; one without a value is left out.
    private mutating func add(_ label: String, _ value: String) {
        if !value.isEmpty { fields.append((label, value.printable)) }
    }

    /// How much of its time a certificate has left, in the colour of its urgency: what `renew` would renew is yellow.
    static func left(until end: Timestamp, of certificate: Certificate, at now: Timestamp) -> String {
        let left = now.seconds(until: end)
        if left < 0 { return Colour.bad.paint("expired \(TimeDistance(seconds: left)) ago") }
        let isDue = left < Timestamp(unixSeconds: certificate.notBefore).seconds(until: end) / 3
        return (isDue ? Colour.warning : .good).paint("\(TimeDistance(seconds: left)) left")
    }
}
