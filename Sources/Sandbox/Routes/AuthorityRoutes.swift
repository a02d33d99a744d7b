import PKI

/// `/ca…`: the certificate authorities, their revocation lists, and the certificates that they signed.
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

    private struct Found: Encodable {
        struct Data: Encodable { let certificateData: String }

        let certificate: Data
    }

    private struct Status: Encodable {
        struct Revocation: Encodable {
            let reason: String
            let date: String
        }

        let status: Revocation
    }

    static func add(to router: inout Router, _ platform: Platform) {
        let authority = platform.authority
        router.on("GET", "/ca") { _ throws(Refusal) in
            .json(Authorities(authorities: [.init(id: identifier(of: authority), name: authority.name)]))
        }
        router.on("GET", "/ca/:name") { call throws(Refusal) in
            try check(call, authority)
            return .json(Content(certificate: base64(authority.certificate.der, call)))
        }
        router.on("GET", "/ca/:name/crl") { call throws(Refusal) in
            try check(call, authority)
            let list = try call.request.flag("update") ? platform.makeRevocationList() : platform.revocationList()
            return .json(List(list: Base64.encode(list.der)))
        }
        router.on("PUT", "/ca/:name/crl") { call throws(Refusal) in
            try check(call, authority)
            try platform.makeRevocationList()
            return .message("ok", status: 200)
        }
        router.on("GET", "/ca/:name/certificate/:serial") { call throws(Refusal) in
            try check(call, authority)
            let found = try certificate(call, platform)
            return .json(Found(certificate: .init(certificateData: found.der)))
        }
        router.on("GET", "/ca/:name/certificate/:serial/status") { call throws(Refusal) in
            try check(call, authority)
            let revocation = try certificate(call, platform).revocation
            // EJBCA dates what was never revoked at one millisecond before 1970.
            let date = Time.iso(revocation?.date ?? -0.001)
            return .json(Status(status: .init(reason: revocation?.reason ?? "NOTREVOKED", date: date)))
        }
        router.on("DELETE", "/ca/:name/certificate/:serial") { call throws(Refusal) in
            try check(call, authority)
            let reason = try revocationReason(call)
            guard let found = platform.certificate(call.parameter("serial")) else {
                throw .soap("Certificate with serial number \(call.parameter("serial")) does not exist.")
            }
            guard found.revocation == nil else {
                throw .soap("Certificate with serial number \(call.parameter("serial")) is already revoked.")
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
        guard let reason = RevocationReason(rawValue: name.uppercased()) else {
            throw Refusal(400, "invalid revocation reason: \(name)")
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

    private static func certificate(_ call: Call, _ platform: Platform) throws(Refusal) -> IssuedCertificate {
        guard let found = platform.certificate(call.parameter("serial")) else {
            throw Refusal(404, "certificate not found")
        }
        return found
    }

    /// A number made of the certificate, as EJBCA's is of the CA's name.
    private static func identifier(of authority: CertificateAuthority) -> Int {
        authority.certificate.der.suffix(3).reduce(0) { $0 << 8 | Int($1) }
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
