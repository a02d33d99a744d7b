import PKI

/// The rules of x509-identity-mgmt for a certificate request, and what its EJBCA makes of one.
enum DeviceCertificateProfile {
    /// The attribute that the service gives every subject, over the request's own.
    private static let organization = DistinguishedName.Attribute(type: "O", value: "dojot IoT Platform")

    /// The attributes of a certificate's subject in EJBCA's order (profiles/certprofile_X509Identity: LDAP order); others come first.
    private static let order = [
        "UID", "CN", "serialNumber", "GN", "initials", "SN", "title", "OU", "O", "L", "ST", "DC", "C",
    ]

    /// Refuses a request whose key is not of a kind that is accepted (core/pkiUtils.js).
    static func checkKey(of request: CertificateRequest) throws(Refusal) { try check(request.publicKey) }

    /// The subject that the service asks EJBCA for: the first attribute of each kind in the request, and its own organization
    /// (core/dnUtils.js; until 0.6 core/distinguished-name.js, where that comes first).
    static func subject(of request: CertificateRequest, organizationFirst: Bool) -> [DistinguishedName.Attribute] {
        var attributes: [DistinguishedName.Attribute] = organizationFirst ? [organization] : []
        for attribute in request.subject.attributes where !attributes.contains(where: { $0.type == attribute.type }) {
            let isOrganization = attribute.type == organization.type
            attributes.append(isOrganization ? organization : .init(type: attribute.type, value: attribute.value))
        }
        if !attributes.contains(organization) { attributes.append(organization) }
        return attributes
    }

    /// Refuses a subject that has other attributes than a common name, or a common name of other characters (`verify`, ibid.).
    ///
    /// - Returns: the common name.
    static func verify(_ subject: [DistinguishedName.Attribute]) throws(Refusal) -> String {
        let found = subject.map(\.type).joined(separator: ",")
        guard subject.allSatisfy({ ["CN", organization.type].contains($0.type) }) else {
            throw .reason(
                400, "Error checking SubjectDN allowed attributes in CSR. Allowed: [CN] Found: [\(found)]")
        }
        guard let name = subject.first(where: { $0.type == "CN" })?.value else {
            throw .reason(
                400, "Error checking SubjectDN mandatory attributes in CSR. Mandatory: [CN] Found: [\(found)]")
        }
        guard isCommonName(name) else {
            throw .reason(
                400,
                "Error checking SubjectDN 'CN' attribute in CSR. The value does not match the regular "
                    + "expression: /^[0-9A-Za-z ]{1,255}$/. Found: \(name)")
        }
        return name
    }

    /// Refuses a request that its own key did not sign, as EJBCA does; its reason stays in the service's log (ejbca/EjbcaFacade.js).
    static func checkSignature(of request: CertificateRequest) throws(Refusal) {
        guard request.hasValidSignature else { throw .unexpectedError }
    }

    /// What is certified.
    static func contents(
        of request: CertificateRequest, subject: [DistinguishedName.Attribute], life: Int64
    ) -> Certificate.Contents {
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        let sorted = subject.enumerated().sorted { first, second in
            let (one, other) = (places[first.element.type] ?? -1, places[second.element.type] ?? -1)
            return (one, first.offset) < (other, second.offset)
        }
        return Certificate.Contents(
            subject: DistinguishedName(attributes: sorted.map(\.element)), publicKey: request.publicKey,
            validity: CertificateProfile.validity(life),
            subjectAlternativeNames: request.subjectAlternativeNames,
            keyUsage: [.digitalSignature, .nonRepudiation, .keyEncipherment, .keyAgreement],
            extendedKeyUsage: [.clientAuth], isCritical: true)
    }

    private static func check(_ key: PublicKey) throws(Refusal) {
        switch key.algorithm {
        case .rsa(let bits) where bits < 2048:
            throw .reason(400, "The RSA public key length less than 2048 bits is not supported.")
        case .rsa, .p256, .p384, .p521: return
        case .other:
            let identifier = key.algorithmIdentifier
            guard identifier == "1.2.840.10045.2.1" else {
                throw .reason(
                    400,
                    "The public key algorithm must be RSA or ECDSA. The key algorithm with OID=\(identifier) "
                        + "is not supported")
            }
            throw .reason(
                400,
                "The elliptical curve used in the ECDSA public key algorithm is not supported. "
                    + "(Use the NIST-recommended curves: P-256, P-384 or P-521)")
        }
    }

    private static func isCommonName(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: " "):
                    true
                default: false
                }
            }
    }
}
