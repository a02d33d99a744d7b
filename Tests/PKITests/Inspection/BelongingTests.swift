import PKI
import Testing

@Suite struct BelongingTests {
    /// Objects by a short name, each in a file of that name; "a+b" are two in one file.
    struct Desk {
        let authority: Certificate
        let other: Certificate
        let device: Certificate
        let deviceKey: PrivateKey
        let otherKey: PrivateKey
        let request: CertificateRequest
        let list: CertificateRevocationList
        let revoking: CertificateRevocationList
        let encrypted: PKIObject

        init() throws {
            authority = try Fixtures.authority.get()
            otherKey = try PrivateKey(generating: .p256)
            other = try Fixtures.authority(named: "Other", key: otherKey)
            device = try Fixtures.device()
            deviceKey = try Fixtures.deviceKey.get()
            request = try CertificateRequest(subject: DistinguishedName(commonName: "f60c28"), signedBy: deviceKey)
            list = try RevocationTests.list([])
            revoking = try RevocationTests.list([
                CertificateRevocationList.Entry(
                    serialNumber: device.serialNumber, date: Fixtures.noon, reason: .keyCompromise)
            ])
            let pem = try Peer.openssl(
                "pkey", "-aes256", "-passout", "pass:x", input: try Fixtures.deviceKey.get().pem())
            encrypted = try PKIContent(reading: Array(pem.bytes)).parts[0].object.get()
        }

        func object(_ name: String) throws -> PKIObject {
            switch name {
            case "ca": .certificate(authority)
            case "otherCA": .certificate(other)
            case "imposter":  // a CA of the same name with another key
                .certificate(try Fixtures.authority(named: "IOTmidCA", key: otherKey))
            case "crt": .certificate(device)
            case "otherCrt":
                .certificate(
                    try Certificate(
                        issuing: Certificate.Contents(
                            subject: DistinguishedName(commonName: "a1b2c3"), publicKey: otherKey.publicKey,
                            validity: Fixtures.noon...Fixtures.noon + 1),
                        issuer: authority, signedBy: Fixtures.authorityKey.get()))
            case "ofDevice":  // signed by a device's key
                .certificate(
                    try Certificate(
                        issuing: Certificate.Contents(
                            subject: DistinguishedName(commonName: "x"), publicKey: otherKey.publicKey,
                            validity: Fixtures.noon...Fixtures.noon + 1),
                        issuer: device, signedBy: deviceKey))
            case "key": .privateKey(deviceKey)
            case "otherKey": .privateKey(otherKey)
            case "caKey": .privateKey(try Fixtures.authorityKey.get())
            case "pub": .publicKey(deviceKey.publicKey)
            case "csr": .request(request)
            case "crl": .revocationList(list)
            case "revoking": .revocationList(revoking)
            default: encrypted
            }
        }

        func belonging(_ files: String) throws -> Belonging {
            var members: [Belonging.Member] = []
            for (index, file) in files.split(separator: " ").enumerated() {
                for name in file.split(separator: "+") {
                    members.append(Belonging.Member(try object(String(name)), name: String(name), file: index))
                }
            }
            return Belonging(members, at: Timestamp(unixSeconds: Fixtures.noon))
        }
    }

    static let desk = Result { try Desk() }

    @Test(arguments: [
        ("key", "", ""),
        ("key crt", "same-key 0 1", ""),
        ("pub csr", "same-key 0 1", ""),
        ("key csr crt ca", "same-key 0 1 2; signed-by 2 3", ""),
        ("key+crt+ca", "same-key 0 1; signed-by 1 2", ""),
        ("otherKey crt", "", "mismatch 1: it is for another key than otherKey"),
        ("otherKey csr crt", "same-key 1 2", "mismatch 1: it is, as crt is, for another key than otherKey"),
        ("key crt csr otherKey", "same-key 0 1 2", "mismatch 3: it is for another key than key, crt and csr"),
        ("key otherKey crt otherCrt", "same-key 0 2; same-key 1 3", ""),
        ("key otherKey crt", "same-key 0 2", "mismatch 1: it is for another key than key and crt"),
        ("csr otherCrt", "", "mismatch 0: it is for another key than otherCrt"),
        ("crt otherCrt ca", "signed-by 0 2; signed-by 1 2", ""),
        ("encrypted crt", "", ""),
        ("encrypted otherKey crt", "", "mismatch 1: it is for another key than crt"),
        ("crt otherCA", "", "mismatch 0: it is issued by CN = IOTmidCA, not by CN = Other"),
        ("crt imposter", "", "mismatch 0: it is not signed by the key of imposter, which it names"),
        ("crt ca otherCA", "signed-by 0 1", "mismatch 2: it signed none of the others"),
        ("crt otherCA+ca", "signed-by 0 2", ""),
        ("crt ca ca", "same-key 1 2; signed-by 0 1", ""),
        ("crt otherCA imposter", "same-key 1 2", "mismatch 0: it is not signed by the key of imposter, which it names"),
        ("caKey ca", "same-key 0 1", ""),
        ("key ca", "", ""),
        ("ofDevice crt", "signed-by 0 1", "not-authority 0: it is signed by crt, which may not sign others"),
        ("crt+ca", "signed-by 0 1", ""),
        (
            "ca+crt", "signed-by 1 0",
            "wrong-order 1: it comes after a CA's certificate, which TLS would take for the device's"
        ),
        ("crl ca", "signed-by 0 1", ""),
        ("crl otherCA", "", "mismatch 0: it is not signed by otherCA"),
        (
            "crl crt", "",
            "unchecked-crl 1: it is not known whether it is revoked: crl cannot be checked without the certificate of its CA"
        ),
        ("crl crt ca", "signed-by 1 2; signed-by 0 2; not-revoked 1 0", ""),
        (
            "revoking crt", "",
            "unusable-crl 1: revoking says that it was revoked on 2026-11-24T06:00:00Z (KEYCOMPROMISE), but "
                + "cannot be checked without the certificate of its CA"
        ),
        (
            "revoking crt ca", "signed-by 1 2; signed-by 0 2",
            "revoked 1: it was revoked on 2026-11-24T06:00:00Z (KEYCOMPROMISE), says revoking"
        ),
        ("crl ofDevice", "", "mismatch 0: it is the list of CN = IOTmidCA, who issued none of the certificates"),
    ])
    func whatBelongsTogetherAndWhatDoesNot(files: String, relations: String, findings: String) throws {
        let belonging = try Self.desk.get().belonging(files)
        let related = belonging.relations.map { relation in
            "\(relation.kind.rawValue) \(relation.members.map(String.init).joined(separator: " "))"
        }
        #expect(related.joined(separator: "; ") == relations)
        let found = belonging.findings.map { "\($0.finding.code.rawValue) \($0.member): \($0.finding.message)" }
        #expect(found.joined(separator: "; ") == findings)
    }
}
