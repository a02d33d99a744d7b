import CLibCrypto
import Glibc

/// Between ASN.1's own types and Swift's.
enum ASN1 {
    /// The bytes of any of OpenSSL's string types.
    static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string, let start = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    /// The text of any of OpenSSL's character string types.
    static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String {
        guard let string else { return "" }
        var start: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&start, string)
        defer { shim_OPENSSL_free(start) }
        guard count >= 0, let start else { return String(decoding: bytes(string), as: UTF8.self) }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    /// Unix seconds of a UTCTime or GeneralizedTime; nil where there is none or it is no time.
    static func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time else { return nil }
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Int64(timegm(&parts))
    }

    /// What a time says that is none, as it is written; nil for a time, and for one that is not there.
    static func unreadableText(_ time: UnsafePointer<ASN1_TIME>?) -> String? {
        guard let time, unixSeconds(time) == nil else { return nil }
        return String(decoding: bytes(time).prefix(32), as: UTF8.self)
    }

    /// The same as the words of a finding.
    static func flaw(of time: UnsafePointer<ASN1_TIME>?, named name: String) -> [String] {
        unreadableText(time).map { ["its \(name) is no date: \"\($0)\""] } ?? []
    }

    /// The short name of an object identifier where OpenSSL knows one ("CN"), else its numbers ("1.2.3.4").
    static func name(_ object: OpaquePointer?) -> String {
        let identifier = OBJ_obj2nid(object)
        if identifier != NID_undef, let name = OBJ_nid2sn(identifier) { return String(cString: name) }
        var buffer = [CChar](repeating: 0, count: 128)
        let count = OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1)
        return String(decoding: buffer.prefix(max(0, min(Int(count), 127))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Upper case hexadecimal, two digits a byte, such as "0A:1B".
    static func hexadecimal(_ bytes: some Sequence<UInt8>, separator: String = ":") -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: separator)
    }
}
