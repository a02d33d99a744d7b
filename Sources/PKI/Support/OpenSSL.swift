import CLibCrypto

/// The library underneath.
public enum OpenSSL {
    /// The version of OpenSSL that this process runs with, such as "OpenSSL 3.0.17 1 Jul 2025".
    public static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

    /// Keeps OpenSSL from freeing its locks at exit(3): a thread that still makes a key would crash the program's end.
    /// To be called before anything else of OpenSSL is; the system takes the memory back
    /// (https://docs.openssl.org/3.0/man3/OPENSSL_init_crypto/, "OPENSSL_INIT_NO_ATEXIT").
    public static func leaveCleanupToTheSystem() {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }

    /// Takes this thread's errors out of OpenSSL's queue, oldest first, each reason once.
    static func drainErrors() -> [String] {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { return reasons }
            let reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(String(code, radix: 16))"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
    }

    /// Encodes with one of OpenSSL's i2d functions; empty where OpenSSL refuses.
    ///
    /// It is called once, and makes the memory itself: a public key would be encoded all over again to tell its length.
    static func der(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let length = Int(encode(&bytes))
        defer { shim_OPENSSL_free(bytes) }
        return length > 0 ? Array(UnsafeBufferPointer(start: bytes, count: length)) : []
    }

    /// Decodes with one of OpenSSL's d2i functions; nil where it refuses or bytes are left over.
    static func decode<Handle>(
        _ der: [UInt8], with decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Handle?,
        free: (Handle) -> Void
    ) -> Handle? {
        der.withUnsafeBufferPointer { Self.decode($0, with: decode, free: free) }
    }

    /// The same for bytes that are not copied: they may be a key.
    static func decode<Handle>(
        _ der: UnsafeBufferPointer<UInt8>,
        with decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> Handle?, free: (Handle) -> Void
    ) -> Handle? {
        ERR_clear_error()
        var cursor = der.baseAddress
        guard cursor != nil, let handle = decode(&cursor, der.count) else { return nil }
        guard cursor == der.baseAddress.map({ $0 + der.count }) else {
            free(handle)
            return nil
        }
        return handle
    }

    /// Reads from memory with one of OpenSSL's PEM_read_bio functions.
    static func read<Result>(_ bytes: [UInt8], with read: (OpaquePointer) -> Result?) -> Result? {
        ERR_clear_error()
        return bytes.withUnsafeBytes { buffer in
            guard let bio = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
            defer { BIO_free(bio) }
            return read(bio)
        }
    }

    /// The text that one of OpenSSL's print functions makes.
    static func text(_ print: (OpaquePointer) -> Void) -> String {
        guard let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        print(bio)
        return String(decoding: contents(of: bio), as: UTF8.self)
    }

    /// What was written into a BIO in memory.
    static func contents(of bio: OpaquePointer) -> [UInt8] {
        var data: UnsafeMutablePointer<CChar>?
        let count = shim_BIO_get_mem_data(bio, &data)
        return Array(UnsafeRawBufferPointer(start: data, count: max(0, count)))
    }
}

/// Overwrites secret bytes with zeros, so that the optimizer cannot leave it out, and empties the array.
///
/// The array must be the only holder of its bytes: a copy made before keeps them.
public func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    bytes.removeAll()
}
