import CLibCrypto
import CMosquittoBroker

/// What identifies a client in the certificate that it presented.
struct PeerCertificate {
    /// The value of the subject's first common name, in bytes as it is there; nil where there is none, or one with a zero byte.
    let commonName: [UInt8]?
    /// The SHA-256 of its DER, such as "AA:BB:…".
    let fingerprint: [UInt8]

    /// Whether the client presented a certificate.
    static func exists(for client: OpaquePointer?) -> Bool {
        guard let certificate = mosquitto_client_certificate(client).map({ OpaquePointer($0) }) else { return false }
        X509_free(certificate)
        return true
    }

    /// nil where the client presented none.
    init?(of client: OpaquePointer?) {
        guard let certificate = mosquitto_client_certificate(client).map({ OpaquePointer($0) }) else { return nil }
        // mosquitto gets it from SSL_get_peer_certificate(3), which counts one reference more.
        defer { X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        X509_digest(certificate, EVP_sha256(), &digest, &count)
        let digits = Array("0123456789ABCDEF".utf8)
        fingerprint = Array(
            digest.prefix(Int(count)).map { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }.joined(separator: [
                UInt8(ascii: ":")
            ]))
        let subject = X509_get_subject_name(certificate)
        let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        let value = index < 0 ? nil : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index))
        let bytes = value.map {
            Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data($0), count: Int(ASN1_STRING_length($0))))
        }
        commonName = bytes.flatMap { $0.contains(0) ? nil : $0 }
    }
}
