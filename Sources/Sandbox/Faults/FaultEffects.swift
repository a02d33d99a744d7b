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

    /// How an answer is broken off, or sent wrongly; one of these at most.
    enum Breakage: Sendable, Equatable {
        /// The connection is reset before any work is done.
        case refused
        /// The work is done and the connection closed with no answer.
        case dropped
        /// The connection is closed after so many bytes of the body.
        case cut(after: Int)
        /// The connection is reset after so many bytes of the body.
        case reset(after: Int)
        /// `Content-Length` promises so many bytes more than come, or less where it is negative.
        case wrongLength(by: Int)
        /// The body comes again and again, for ever.
        case endless
    }

    /// Answered instead of doing the work.
    private(set) var status: Int?
    /// Seconds, as a number in `Retry-After`.
    private(set) var retryAfter: Int?
    /// Seconds from now, as an HTTP date in `Retry-After`.
    private(set) var retryAfterDate: Int?
    /// Seconds to wait with the answer; infinity for never.
    private(set) var delay = 0.0
    private(set) var breakage: Breakage?
    private(set) var body: Body?
    /// The signature comes as a PKCS #7 with the certificate in it.
    private(set) var asPKCS7 = false
    private(set) var lineBreaks = LineBreaks.lf
    private(set) var certificate: CertificateFault?
    /// Seconds that a login is valid: a JWT of dojot's auth service, an access token of Keycloak.
    private(set) var tokenLife: Int64?
    /// Seconds that a refresh token of Keycloak is valid.
    private(set) var refreshLife: Int64?

    /// Reads a word of a rule; false where it is no effect.
    mutating func take(_ word: FaultWord) -> Bool {
        switch (word.name, word.value) {
        case ("stall", nil): delay = .infinity
        case ("reset", nil): return take(.refused)
        case ("drop", nil): return take(.dropped)
        case ("endless", nil): return take(.endless)
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
        case "length":
            let size = FaultWord("length=\(value.dropFirst())").whole ?? 0
            guard size > 0, let sign = value.first, sign == "+" || sign == "-" else { return false }
            return take(.wrongLength(by: sign == "+" ? size : -size))
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
        case "cut": return take(.cut(after: whole))
        case "reset": return take(.reset(after: whole))
        case "token-life": tokenLife = Int64(whole)
        case "refresh-life": refreshLife = Int64(whole)
        default: return false
        }
        return true
    }

    private mutating func take(_ breakage: Breakage) -> Bool {
        guard self.breakage == nil else { return false }
        self.breakage = breakage
        return true
    }
}
