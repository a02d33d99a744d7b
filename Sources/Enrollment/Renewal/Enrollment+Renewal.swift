import Dojot
public import PKI

extension Enrollment.Order {
    /// What is wanted in the place of an identity: the same again, with a certificate that begins now.
    ///
    /// - Parameters:
    ///   - certificate: the identity's own; its names are asked for again.
    ///   - key: the key to keep; nil for a new one of the kind `algorithm`.
    ///   - overwrite: whether another CA certificate of the same name may come in the place of the one that is kept, and an unfinished
    ///     run for another platform or key be set aside.
    /// - Throws: `.platform` for a profile whose device is no device's name.
    public init(
        renewing identity: Identity, _ certificate: Certificate, endEntityPassword: String, keeping key: PrivateKey?,
        algorithm: KeyAlgorithm, overwrite: Bool
    ) throws(EnrollmentError) {
        let profile = identity.profile
        self.init(
            name: try asking { () throws(DojotError) in try DeviceName(identity.name) }, tenant: profile.tenant,
            gateway: profile.gateway, authorityName: profile.ca, endEntityPassword: endEntityPassword,
            subjectAlternativeNames: certificate.subjectAlternativeNames.filter {
                if case .other = $0 { false } else { true }
            },
            broker: Broker(host: profile.broker.host, port: profile.broker.port, kind: profile.broker.kind),
            keyAlgorithm: algorithm, givenKey: key?.publicKey, overwrite: overwrite, login: profile.login)
        renewed = certificate
    }

    /// The name to ask for first: that for which the renewed certificate came, where there is one.
    func requestName(among names: [String], on platform: any CertificateAuthority) -> String {
        guard let name = renewed?.subject.commonName else { return names[0] }
        return names.first { platform.certificateNames(forRequest: $0, tenant: tenant).contains(name) } ?? names[0]
    }
}

extension Enrollment {
    /// Lets EJBCA sign for an end entity that it has signed for before, where a certificate is renewed: earlier releases refuse to otherwise.
    ///
    /// Only where that certificate holds: to ask it of an end entity that is gone, with its device, would make it anew. A user who may
    /// not set it so may be let sign all the same: later releases do without.
    func reopen(_ endEntity: String, on platform: any CertificateAuthority) throws(DojotError) {
        guard platform.platform == .ejbca, let renewed = order.renewed,
            (try? platform.standing(of: renewed, caName: order.authorityName))?.state == .valid
        else { return }
        do throws(DojotError) {
            try platform.reset(
                endEntity: endEntity, password: order.endEntityPassword, caName: order.authorityName)
            report(.signingReopened(endEntity: endEntity))
        } catch {
            guard error.code == .forbidden else { throw error }
        }
    }
}
