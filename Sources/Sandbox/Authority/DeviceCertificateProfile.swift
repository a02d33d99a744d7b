import PKI

/// The rules of x509-identity-mgmt for a certificate request, and what its EJBCA makes of one.
enum DeviceCertificateProfile {
    /// The device that a request is for, once its key and its subject are found to be as they must.
    static func device(of request: CertificateRequest) throws(Refusal) -> String {
        try check(request.publicKey)
        let attributes = request.subject.attributes
        let found = attributes.map(\.type).joined(separator: ",")
        guard attributes.allSatisfy({ $0.type == "CN" }) else {
            throw .reason(
                400, "Error checking SubjectDN allowed attributes in CSR. Allowed: [CN] Found: [\(found)]")
        }
        guard let name = request.subject.commonName else {
            throw .reason(
                400, "Error checking SubjectDN mandatory attributes in CSR. Mandatory: [CN] Found: [\(found)]")
        }
        guard isCommonName(name) else {
            throw .reason(
                400,
                "Error checking SubjectDN CommonName (CN) attribute in CSR. The value does not match the regular "
                    + "expression: /^[0-9A-Za-z ]{1,255}$/. Found: \(name); ")
        }
        return name
    }

    /// Refuses a request that its own key did not sign, as EJBCA does, which comes last.
    static func checkSignature(of request: CertificateRequest) throws(Refusal) {
        guard request.hasValidSignature else {
            throw .reason(400, "The signature of the CSR does not fit its key (proof of possession failed).")
        }
    }

    /// What is certified: the tenant stands before the device's name, and the platform's after it.
    static func contents(of request: CertificateRequest, commonName: String, life: Int64) -> Certificate.Contents {
        let subject = DistinguishedName(attributes: [
            .init(type: "CN", value: commonName), .init(type: "O", value: "dojot IoT Platform"),
        ])
        return Certificate.Contents(
            subject: subject, publicKey: request.publicKey, validity: CertificateProfile.validity(life),
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
