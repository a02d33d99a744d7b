import CMosquitto
import Glibc

/// What a message about a refused certificate says of it.
struct CertificateSummary {
    /// As openssl writes it, such as "CN = localhost".
    let subject: String
    let issuer: String
    /// The identifier of its issuer's key, such as "AA:BB:…"; nil where it does not have one.
    let issuerKey: String?
    /// Its alternative names, or its common name where it has none.
    let names: [String]
    let notBefore: String
    let notAfter: String

    init(_ certificate: OpaquePointer) {
        let subjectName = X509_get_subject_name(certificate)
        subject = CertificateSummary.text(subjectName)
        issuer = CertificateSummary.text(X509_get_issuer_name(certificate))
        let ownKey = subject == issuer ? X509_get0_subject_key_id(certificate) : nil
        issuerKey = (X509_get0_authority_key_id(certificate) ?? ownKey).map(CertificateSummary.hexadecimal)
        notBefore = CertificateSummary.print { ASN1_TIME_print($0, X509_get0_notBefore(certificate)) }
        notAfter = CertificateSummary.print { ASN1_TIME_print($0, X509_get0_notAfter(certificate)) }
        let alternatives = CertificateSummary.alternativeNames(certificate)
        let common = CertificateSummary.commonName(subjectName)
        names = alternatives.isEmpty ? common.map { [$0] } ?? [] : alternatives
    }

    private static func hexadecimal(_ string: UnsafePointer<ASN1_OCTET_STRING>) -> String {
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }

    static func text(_ name: OpaquePointer?) -> String {
        guard let name else { return "" }
        return print { dojot_x509_name_print($0, name) }
    }

    private static func commonName(_ name: OpaquePointer?) -> String? {
        let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, let entry = X509_NAME_get_entry(name, index) else { return nil }
        return string(X509_NAME_ENTRY_get_data(entry))
    }

    private static func alternativeNames(_ certificate: OpaquePointer) -> [String] {
        guard let list = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(list)
        defer { GENERAL_NAMES_free(names) }
        return (0..<dojot_general_name_count(names)).compactMap { index in
            let name = dojot_general_name_at(names, index)
            switch dojot_general_name_type(name) {
            case GEN_DNS: return string(dojot_general_name_text(name))
            case GEN_IPADD: return address(dojot_general_name_text(name))
            default: return nil
            }
        }
    }

    private static func string(_ value: UnsafePointer<ASN1_STRING>?) -> String? {
        bytes(value).map { String(decoding: $0.map { $0 < 32 || $0 == 127 ? 63 : $0 }, as: UTF8.self) }
    }

    private static func address(_ value: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let bytes = bytes(value), bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func bytes(_ value: UnsafePointer<ASN1_STRING>?) -> [UInt8]? {
        guard let value, let data = ASN1_STRING_get0_data(value) else { return nil }
        return Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(value))))
    }

    /// What OpenSSL prints into a memory BIO; control characters are left out.
    private static func print(_ body: (OpaquePointer) -> Int32) -> String {
        guard let output = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(output) }
        guard body(output) >= 0 else { return "" }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = BIO_read(output, &buffer, Int32(buffer.count))
        return String(decoding: buffer.prefix(max(0, Int(count))).filter { $0 >= 32 && $0 != 127 }, as: UTF8.self)
    }
}
