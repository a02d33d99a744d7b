import Dojot
import Enrollment
import PKI

/// What a device has in the folder of identities that can be revoked, and where that goes then.
struct RevocationPlace {
    /// A certificate to be revoked.
    enum Target {
        /// The identity's own.
        case inPlace(Certificate)
        /// That of the identity before.
        case previous(PreviousIdentity)
        /// One that is not here.
        case elsewhere(Certificate)
        /// One that is not here and that the platform does not show; it has one of these numbers, the likeliest first.
        case unlisted([SerialNumber], issuer: DistinguishedName)

        /// The certificate as a question names it, with its last day where it is known.
        func description(of device: String) -> String {
            let certificate: Certificate
            switch self {
            case .inPlace(let found), .elsewhere(let found): certificate = found
            case .previous(let identity): certificate = identity.certificate
            case .unlisted(let numbers, let issuer):
                return
                    "\(numbers.map(\.hexadecimal).joined(separator: " or ")) of \(issuer), which the platform does not show to be \(device)'s"
            }
            let day = "\(Timestamp(unixSeconds: certificate.notAfter))".prefix(10)
            return
                "\(certificate.serialNumber) of \(certificate.subject.commonName ?? device), which is valid until \(day)"
        }
    }

    let name: DeviceName
    let store: CredentialStore
    /// The device's profile, where it has one.
    let profile: Profile?
    /// nil where there is no certificate of the device here.
    private let folder: IdentityFolder?
    private let fileName: String?

    init(_ name: DeviceName, _ options: StoreOptions) throws {
        self.name = name
        let store = options.store(for: name)
        self.store = store
        fileName = try store.certificateName(of: name)
        folder = try fileName.map { try store.checkOut(DeviceName($0)) }
        profile = try folder?.readProfile()
    }

    /// The device as messages name it.
    var shownName: String { fileName ?? "\(name)" }

    /// The certificate that is meant, where it is here.
    ///
    /// - Parameter serial: its number; nil for the one in place.
    func choose(_ serial: SerialArgument?) throws -> Target? {
        guard let folder else { return nil }
        let present = try folder.presentCertificate()
        guard let serial else { return present.map(Target.inPlace) }
        if let present, serial.first(in: [present], \.serialNumber) != nil { return .inPlace(present) }
        guard let previous = try folder.previous() else { return nil }
        return serial.first(in: [previous], \.certificate.serialNumber).map(Target.previous)
    }

    /// Takes a revoked certificate out of use.
    ///
    /// - Returns: where the files of the identity are, if it was in place.
    func put(away target: Target) throws -> String? {
        switch target {
        case .inPlace(let certificate):
            return try folder?.moveToRevoked(serial: certificate.serialNumber.hexadecimal)
        case .previous(let identity):
            try folder?.markRevoked(identity)
            return nil
        case .elsewhere, .unlisted: return nil
        }
    }

    /// Completes what an earlier run left, which was cut off when the files were moved.
    ///
    /// - Returns: the certificate's number and where the files are; nil where nothing of the device was revoked.
    func finish() throws -> (serial: SerialNumber, folder: String)? {
        guard let revoked = store.revokedFolders(of: name).last else { return nil }
        try store.finishRevocation(of: name)
        guard let serial = SerialNumber(hexadecimal: revoked.serial) else { return nil }
        return (serial, revoked.path)
    }
}
