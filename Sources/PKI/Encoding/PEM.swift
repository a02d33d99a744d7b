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

    /// Whether OpenSSL has come to the end of a text without another block.
    static var isAtEnd: Bool {
        let last = ERR_peek_last_error()
        return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE
    }

    /// The error of a text in which OpenSSL found nothing, or something that is broken.
    ///
    /// OpenSSL's own reasons depend on which of its decoders gave up last; the text itself says more.
    /// - Parameter label: What a block's label ends with: "PRIVATE KEY" stands for "RSA PRIVATE KEY" too.
    static func unreadable(_ what: String, in text: some Collection<UInt8>, expecting label: String) -> PKIError {
        let reasons = OpenSSL.drainErrors()
        let reason =
            switch look(for: label, in: text) {
            case .nothing: "there is nothing in it"
            case .otherText: "there is no \"BEGIN \(label)\" in it"
            case .noEnd: "it breaks off before its END line"
            case .noBase64: "what is between its PEM lines is no base64"
            case .block:
                "what is between its PEM lines is no \(what)" + (reasons.isEmpty ? "" : " (\(reasons[0]))")
            }
        return PKIError(code: .malformed, message: "cannot read the \(what): \(reason)")
    }

    private enum Finding { case nothing, otherText, noEnd, noBase64, block }

    /// Looks at the first block of a kind, without copying any of it: it may be a key.
    private static func look(for label: String, in text: some Collection<UInt8>) -> Finding {
        guard !text.isEmpty else { return .nothing }
        var isInside = false
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if !isInside {
                isInside =
                    line.starts(with: "-----BEGIN ".utf8)
                    && line.reversed().starts(with: "\(label)-----".utf8.reversed())
            } else if line.starts(with: "-----END ".utf8) {
                return .block
            } else if !line.contains(UInt8(ascii: ":")), !line.allSatisfy(Base64.isLetter) {
                // A line with a colon is a header of RFC 1421, as OpenSSL's traditional encrypted keys have.
                return .noBase64
            }
        }
        return isInside ? .noEnd : .otherText
    }
}
