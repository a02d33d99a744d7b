import CLibCrypto

/// The textual encoding of RFC 7468.
enum PEM {
    /// One block with its label, in lines of 64 letters that end in LF.
    static func encode(_ der: [UInt8], label: String) -> [UInt8] {
        var bytes = Array("-----BEGIN \(label)-----\n".utf8)
        bytes += Base64.letters(der, lineLength: 64)
        bytes += Array("\n-----END \(label)-----\n".utf8)
        return bytes
    }

    /// The error of a text in which OpenSSL found nothing, or something that is broken.
    static func unreadable(_ what: String, in bytes: [UInt8], expecting label: String) -> PKIError {
        if bytes.isEmpty {
            _ = OpenSSL.drainErrors()
            return PKIError(code: .malformed, message: "cannot read the \(what): there is nothing in it")
        }
        let last = ERR_peek_last_error()
        if ERR_GET_REASON(last) == PEM_R_NO_START_LINE {
            _ = OpenSSL.drainErrors()
            return PKIError(
                code: .malformed, message: "cannot read the \(what): there is no \"BEGIN \(label)\" in it")
        }
        return PKIError(.malformed, draining: "cannot read the \(what)")
    }
}
