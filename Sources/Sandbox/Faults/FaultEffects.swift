/// What a fault does to an answer.
struct FaultEffects: Sendable, Equatable {
    /// What is wrong with a certificate that the CA signs.
    enum CertificateFault: String, Sendable, CaseIterable {
        case otherKey = "other-key"
        case otherName = "other-name"
        case otherAuthority = "other-ca"
        case expired
        case notYetValid = "not-yet-valid"
    }

    /// How the CA's base64 is broken into lines.
    enum LineBreaks: String, Sendable, CaseIterable {
        case lf
        case crlf
        case none
    }

    /// What stands in the body instead of the answer.
    enum Body: String, Sendable, CaseIterable {
        case html
        case notJSON = "not-json"
        case empty
    }

    /// Answered instead of doing the work.
    private(set) var status: Int?
    /// Seconds, as a number in `Retry-After`.
    private(set) var retryAfter: Int?
    /// Seconds from now, as an HTTP date in `Retry-After`.
    private(set) var retryAfterDate: Int?
    /// Seconds to wait with the answer; infinity for never.
    private(set) var delay = 0.0
    /// The connection is closed before any work is done.
    private(set) var reset = false
    /// The work is done and the connection closed with no answer.
    private(set) var drop = false
    /// The connection is closed after so many bytes of the body.
    private(set) var cut: Int?
    private(set) var body: Body?
    /// The signature comes as a PKCS #7 with the certificate in it.
    private(set) var asPKCS7 = false
    private(set) var lineBreaks = LineBreaks.lf
    private(set) var certificate: CertificateFault?
    /// Seconds that a login is good for.
    private(set) var tokenLife: Int64?

    /// Reads a word of a rule; false where it is no effect.
    mutating func take(_ word: FaultWord) -> Bool {
        switch (word.name, word.value) {
        case ("stall", nil): delay = .infinity
        case ("reset", nil): reset = true
        case ("drop", nil): drop = true
        case ("pkcs7", nil): asPKCS7 = true
        case (_, let value?): return takeChoice(word.name, String(value)) || takeNumber(word)
        default: return false
        }
        return true
    }

    private mutating func takeChoice(_ name: Substring, _ value: String) -> Bool {
        switch name {
        case "body":
            body = Body(rawValue: value)
            return body != nil
        case "base64":
            guard let breaks = LineBreaks(rawValue: value) else { return false }
            lineBreaks = breaks
        case "certificate":
            certificate = CertificateFault(rawValue: value)
            return certificate != nil
        default: return false
        }
        return true
    }

    private mutating func takeNumber(_ word: FaultWord) -> Bool {
        guard let number = word.number else { return false }
        if word.name == "delay" {
            delay = number
            return true
        }
        guard let whole = word.whole else { return false }
        switch word.name {
        case "status" where (200...599).contains(whole): status = whole
        case "retry-after": retryAfter = whole
        case "retry-after-date": retryAfterDate = whole
        case "cut": cut = whole
        case "token-life": tokenLife = Int64(whole)
        default: return false
        }
        return true
    }
}
