import PKI

/// The rules of EJBCA's certificate profile CFREE.
enum CertificateProfile {
    /// Refuses a request that the profile does not let through.
    static func check(_ request: CertificateRequest) throws(Refusal) {
        guard request.hasValidSignature else {
            throw .soap("Invalid PKCS10 request: its signature does not fit its key (proof of possession failed).")
        }
        guard case .rsa(let bits) = request.publicKey.algorithm else {
            throw .soap("Illegal key: \(request.publicKey.algorithm) is not allowed by certificate profile CFREE.")
        }
        guard (2048...8192).contains(bits) else {
            throw .soap("Illegal key length \(bits): certificate profile CFREE allows 2048 to 8192 bits.")
        }
    }

    /// What the profile makes of a request: the subject is the end entity's, of the request only the key and the
    /// subject alternative names are kept.
    static func contents(
        of request: CertificateRequest, subject: DistinguishedName, life: Int64
    ) -> Certificate.Contents {
        Certificate.Contents(
            subject: subject, publicKey: request.publicKey, validity: validity(life),
            subjectAlternativeNames: request.subjectAlternativeNames,
            keyUsage: [.digitalSignature, .nonRepudiation, .keyEncipherment])
    }

    /// EJBCA dates certificates back by ten minutes, for clocks that are behind.
    static func validity(_ life: Int64) -> ClosedRange<Int64> {
        let now = Int64(Time.now)
        return (now - 600)...(now + life)
    }

    /// The subject of an end entity, such as "CN=f60c28" or "CN=f60c28,O=dojot".
    static func subject(of entity: EndEntity) throws(Refusal) -> DistinguishedName {
        var attributes: [DistinguishedName.Attribute] = []
        for part in entity.subjectDN.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
            guard pair.count == 2, !pair[1].isEmpty else { throw .soap("Invalid subject DN: \(entity.subjectDN)") }
            attributes.append(.init(type: String(pair[0]).uppercased(), value: String(pair[1])))
        }
        return DistinguishedName(attributes: attributes)
    }
}
