/// What x509-identity-mgmt means by its refusals.
enum X509Meaning {
    /// On the route that signs.
    static func ofRequests(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        guard status == 400 else { return nil }
        let saysUnknown = says(words, "not found", "not exist", "no such", "unknown")
        if says(words, "device") && saysUnknown {
            return (.unknownDevice, "the platform knows no such device (\(words))")
        }
        return (.requestRefused, "the platform says: \(words)")
    }

    /// On the routes of single certificates. The gateway's own 404 speaks of routes.
    static func ofCertificates(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        guard status == 404, says(words, "no records", "certificate") else { return nil }
        return (.unknownCertificate, "the platform has no such certificate (\(words))")
    }

    /// Whether a refusal is about whom the certificate is to belong to: then the release does not take that here.
    static func isAboutTheOwner(_ words: String?) -> Bool { words.map { says($0, "belongsto") } ?? false }

    private static func says(_ words: String, _ parts: String...) -> Bool {
        let lowered = words.lowercased()
        return parts.contains { lowered.contains($0) }
    }
}
