import Dojot

@testable import PKI

extension FuzzTarget {
    /// PEM texts, by the readers for one kind of object each, which the first byte chooses.
    static let pem = FuzzTarget("pem", longest: 8192) { bytes in
        let (number, bytes) = bytes.choice
        let problem: PKIError?
        switch number % 6 {
        case 0:
            problem = try reading { () throws(PKIError) in
                try Certificate(pem: bytes)
            } checking: { certificate in
                try check(certificate)
                let again = try Certificate(pem: certificate.pem)
                try require(again == certificate, "a certificate is not what it was in PEM")
            }
        case 1:
            problem = try reading { () throws(PKIError) in
                try Certificate.all(pem: bytes)
            } checking: { all in
                try require(try Certificate.all(pem: all.flatMap(\.pem)) == all, "certificates are not what they were")
            }
        case 2:
            problem = try reading { () throws(PKIError) in
                try CertificateRequest(pem: bytes)
            } checking: { request in
                try check(request)
                let again = try CertificateRequest(pem: request.pem)
                try require(again.der == request.der, "a request is not what it was in PEM")
            }
        case 3:
            problem = try reading { () throws(PKIError) in
                try PrivateKey(pem: bytes)
            } checking: { key in
                guard let pem = try? key.pem() else { return }
                try require(try PrivateKey(pem: pem).publicKey == key.publicKey, "a key is not what it was in PEM")
            }
        case 4:
            problem = try reading { () throws(PKIError) in
                try CertificateRevocationList(pem: bytes)
            } checking: { list in
                try check(list)
            }
        default:
            problem = try reading { () throws(PKIError) in
                try PKCS7.certificates(pem: bytes)
            } checking: { certificates in
                for certificate in certificates { try check(certificate) }
            }
        }
        if let problem { try requireHarmless(problem.message, "an error of PEM") }
    }

    /// DER, by the readers for one kind of object each, which the first byte chooses.
    static let der = FuzzTarget("der", longest: 4096) { bytes in
        let (number, bytes) = bytes.choice
        switch number % 4 {
        case 0: if let certificate = try? Certificate(der: bytes) { try check(certificate) }
        case 1: if let request = try? CertificateRequest(der: bytes) { try check(request) }
        case 2:
            guard let key = try? PublicKey(der: bytes) else { return }
            _ = (key.sha256Fingerprint, key.strength?.bits, key.algorithmIdentifier, "\(key.algorithm)")
            guard !key.subjectPublicKeyInfo.isEmpty else { return }
            try require(try PublicKey(der: key.subjectPublicKeyInfo) == key, "a public key is not what it was in DER")
        default:
            let key = bytes.withUnsafeBufferPointer { PrivateKey.readPKCS8(der: $0) }.map { PrivateKey(owning: $0) }
            guard let key, let der = try? key.der() else { return }
            let again = der.withUnsafeBufferPointer { PrivateKey.readPKCS8(der: $0) }.map { PrivateKey(owning: $0) }
            try require(again?.publicKey == key.publicKey, "a private key is not what it was in DER")
        }
    }

    /// PKCS #7 messages.
    static let messages = FuzzTarget("messages", longest: 4096) { bytes in
        guard let certificates = try? PKCS7.certificates(der: bytes), !certificates.isEmpty else { return }
        for certificate in certificates { try check(certificate) }
        let again = try PKCS7.certificates(der: PKCS7.degenerate(certificates: certificates))
        try require(Set(again.map(\.der)) == Set(certificates.map(\.der)), "certificates are lost in a PKCS #7 message")
    }

    /// Revocation lists in DER.
    static let revocationLists = FuzzTarget("revocation-lists", longest: 4096) { bytes in
        if let list = try? CertificateRevocationList(der: bytes) { try check(list) }
    }

    /// Base64 both ways.
    static let base64 = FuzzTarget("base64", longest: 1024) { bytes in
        for length in [nil, 64, 76] {
            try require(try Base64.decode(Base64.encode(bytes, lineLength: length)) == bytes, "base64 is not undone")
        }
        guard let decoded = try? Base64.decode(letters: bytes) else { return }
        let letters = bytes.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        try require(Array(Base64.encode(decoded).utf8) == letters, "two texts of base64 are the same bytes")
    }

    /// Reads, and checks what was read; gives the error where there is nothing to be read.
    private static func reading<Result>(
        _ read: () throws(PKIError) -> Result, checking check: (Result) throws -> Void
    ) throws -> PKIError? {
        let result: Result
        do throws(PKIError) { result = try read() } catch { return error }
        try check(result)
        return nil
    }

    private static func check(_ certificate: Certificate) throws {
        try require(try Certificate(der: certificate.der) == certificate, "a certificate is not what it was in DER")
        try requireHarmless("\(certificate.subject)", "a subject")
        try requireHarmless("\(certificate.issuer)", "an issuer")
        try requireHarmless("\(certificate.signature) \(certificate.publicKey.algorithm)", "an algorithm")
        _ = (certificate.notBefore, certificate.notAfter, certificate.version, certificate.pathLength)
        _ = (certificate.subjectKeyIdentifier, certificate.authorityKeyIdentifier, certificate.sha256Fingerprint)
        try check(certificate.serialNumber)
        _ = try? certificate.verify(against: [certificate], at: 1_750_000_000)
    }

    private static func check(_ request: CertificateRequest) throws {
        try require(try CertificateRequest(der: request.der).der == request.der, "a request is not what it was in DER")
        try requireHarmless("\(request.subject) \(request.signature)", "a request's subject")
        _ = (request.hasValidSignature, request.asksForAuthority, request.keyUsage, request.extendedKeyUsage)
        _ = (request.subjectAlternativeNames, request.publicKey)
    }

    private static func check(_ list: CertificateRevocationList) throws {
        try require(try CertificateRevocationList(der: list.der).der == list.der, "a list is not what it was in DER")
        try requireHarmless("\(list.issuer) \(list.signature)", "a list's issuer")
        _ = (list.thisUpdate, list.nextUpdate, list.number?.decimal)
        for entry in list.entries {
            try check(entry.serialNumber)
            try require(list.entry(serialNumber: entry.serialNumber) != nil, "an entry cannot be found by its number")
        }
    }

    private static func check(_ number: SerialNumber) throws {
        // A number below zero is shown with its sign, and nobody has to type one.
        guard number.bytes.count <= 20, !number.isNegative else { return }
        try require(SerialNumber(hexadecimal: number.hexadecimal) == number, "a number is another in hexadecimal")
        try require(SerialNumber(decimal: number.decimal) == number, "a number is another in decimal")
    }
}
