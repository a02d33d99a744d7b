/// The SHA-256 of a certificate's DER, by which x509-identity-mgmt calls it.
enum Fingerprint {
    /// As the platform writes it, "AA:BB:…", of one that may be in lower case and without colons; what is none stays as it is.
    static func canonical(_ text: String) -> String {
        let digits = text.uppercased().filter { $0 != ":" }
        guard digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit) else { return text.uppercased() }
        return stride(from: 0, to: 64, by: 2).map { String(digits.dropFirst($0).prefix(2)) }.joined(separator: ":")
    }
}
