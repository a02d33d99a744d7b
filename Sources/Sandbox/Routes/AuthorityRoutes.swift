import PKI

/// `/ca…`: the certificate authorities, their revocation lists, and the certificates that they signed (RESTmain.py of ejbca-rest v0.4.2;
/// what EJBCA 6.3 says: docs/apiary.apib).
struct AuthorityRoutes {
    private struct Authorities: Encodable {
        struct Authority: Encodable {
            let id: Int
            let name: String
        }

        let authorities: [Authority]

        private enum CodingKeys: String, CodingKey { case authorities = "CAs" }
    }

    private struct Content: Encodable { let certificate: String }

    private struct List: Encodable {
        let list: String

        private enum CodingKeys: String, CodingKey { case list = "CRL" }
    }

    private struct Found: Encodable { let certificate: EJBCACertificate }

    private struct Status: Encodable {
        struct Revocation: Encodable {
            let reason: String
            let date: String
        }

        let status: Revocation
    }

    static func add(to router: inout Router, _ platform: Platform) {
        let authority = platform.authority
        let issuer = IssuerName(authority.certificate.subject)
        let version = platform.options.restVersion
        router.on("GET", "/ca") { _ throws(Refusal) in
            .json(Authorities(authorities: [.init(id: Int(issuer.identifier), name: authority.name)]))
        }
        router.on("GET", "/ca/:name") { call throws(Refusal) in
            try check(call, authority)
            return .json(Content(certificate: base64(authority.certificate.der, call)))
        }
        router.on("GET", "/ca/:name/crl") { call throws(Refusal) in
            try check(call, authority)
            return .json(List(list: Base64.encode(try platform.revocationList().der)))
        }
        router.on("PUT", "/ca/:name/crl") { call throws(Refusal) in
            try check(call, authority)
            try platform.makeRevocationList()
            return .message("ok", status: 200)
        }
        router.on("GET", "/ca/:issuer/certificate/:serial") { call throws(Refusal) in
            try check(call, issuer)
            guard let found = platform.certificate(call.parameter("serial")) else {
                throw Refusal(404, "no certificates found")
            }
            guard version.canShowCertificates else { throw .uncaughtException }
            return .json(Found(certificate: .init(found)))
        }
        router.on("GET", "/ca/:issuer/certificate/:serial/status") { call throws(Refusal) in
            try check(call, issuer)
            // One that does not exist counts as not revoked (docs/apiary.apib), which EJBCA dates at one millisecond before 1970.
            let revocation = platform.certificate(call.parameter("serial"))?.revocation
            let date = revocation.map { Time.utc(($0.date * 1000).rounded() / 1000) }
            return .json(
                Status(
                    status: .init(
                        reason: revocation?.reason ?? "NOTREVOKED", date: date ?? "1969-12-31T23:59:59.999000+00:00")))
        }
        router.on("DELETE", "/ca/:issuer/certificate/:serial") { call throws(Refusal) in
            let reason = try revocationReason(call)
            try check(call, issuer)
            let serial = call.parameter("serial").lowercased().drop { $0 == "0" }
            guard let found = platform.certificate(call.parameter("serial")) else {
                throw .soap("Could not find end entity certificate. Issuer \(issuer.text), serialNo \(serial).")
            }
            guard found.revocation == nil else {
                throw .soap("Certificate is already revoked. Issuer: '\(issuer.text)', serno: \(serial).")
            }
            try platform.revoke(reason: reason) { state in
                state.certificates.one(serialNumber: found.serialNumber).map { [$0] } ?? []
            }
            return .message("ok", status: 200)
        }
    }

    /// The reason for a revocation that the query names.
    static func revocationReason(_ call: Call) throws(Refusal) -> RevocationReason {
        let name = call.request.query("reason") ?? "UNSPECIFIED"
        guard let reason = RevocationReason(rawValue: name) else {
            throw Refusal(400, "invalid revokation reason \(name)")
        }
        return reason
    }

    /// Base64 as EJBCA-REST gives it: in lines, unless a fault has it otherwise.
    static func base64(_ bytes: [UInt8], _ call: Call) -> String {
        switch call.effects.lineBreaks {
        case .none: return Base64.encode(bytes)
        case .lf: return Base64.encode(bytes, lineLength: 64)
        case .crlf: return Base64.encode(bytes, lineLength: 64).split(separator: "\n").joined(separator: "\r\n")
        }
    }

    private static func check(_ call: Call, _ authority: CertificateAuthority) throws(Refusal) {
        let name = call.parameter("name")
        guard name == authority.name else { throw .soap("CA with name \(name) does not exist.") }
    }

    /// Refuses an issuer that is another than the CA, by the number that its name makes.
    private static func check(_ call: Call, _ issuer: IssuerName) throws(Refusal) {
        let asked = IssuerName(call.parameter("issuer")).identifier
        guard asked == issuer.identifier else { throw .soap("Could not find CA with name null and ID \(asked)") }
    }
}

extension Platform {
    /// The certificate of a serial number in hex.
    func certificate(_ serialNumber: String) -> IssuedCertificate? {
        read { $0.certificates.one(serialNumber: serialNumber) }
    }

    /// The revocation list in force.
    func revocationList() throws(Refusal) -> CertificateRevocationList {
        if let pem = try? AtomicFile.read(authority.revocationListFile),
            let list = try? CertificateRevocationList(pem: pem)
        {
            return list
        }
        return try makeRevocationList()
    }
}
