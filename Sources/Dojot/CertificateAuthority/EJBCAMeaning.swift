/// What EJBCA-REST means by its refusals: all are 400 or 404, only the words tell them apart.
enum EJBCAMeaning {
    /// On the routes of authorities, and where one is named in what is sent.
    static func ofAuthorities(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        guard status == 400 || status == 404, says(words, "ca with name"), says(words, "does not exist") else {
            return nil
        }
        return (.unknownCA, "the platform says: \(words)")
    }

    /// On the routes of end entities.
    static func ofEndEntities(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        guard status == 400 || status == 404 else { return nil }
        if let meaning = ofAuthorities(status, words) { return meaning }
        let said = "the platform says: \(words)"
        if says(words, "new, failed or inprocess required") {
            return (.wrongState, "it has been signed for already (\(words))")
        }
        // EJBCA's words for an end entity that it does not know are about a password too: they come first.
        if mayMeanThePassword(words) {
            return (.unknownDevice, "the platform knows no such end entity, or its password is another (\(words))")
        }
        if says(words, "user not found", "nonexisting user", "could not find user") {
            return (.unknownDevice, "the platform knows no such end entity (\(words))")
        }
        if says(words, "password") {
            return (.wrongEndEntityPassword, "the end entity's password is another (\(words))")
        }
        return status == 400 ? (.requestRefused, said) : nil
    }

    /// On the routes of single certificates.
    static func ofCertificates(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        guard status == 400 || status == 404 else { return nil }
        if let meaning = ofAuthorities(status, words) { return meaning }
        guard says(words, "certificate", "revoked") else { return nil }
        return (.unknownCertificate, "the platform says: \(words)")
    }

    /// Whether these are the words that EJBCA has for an unknown end entity and for a wrong password alike.
    static func mayMeanThePassword(_ words: String?) -> Bool {
        words.map { says($0, "wrong username or password") } ?? false
    }

    /// Whether a 404 only means that there are none.
    static func saysNoCertificates(_ words: String?) -> Bool {
        words.map { says($0, "no certificates found") } ?? false
    }

    private static func says(_ words: String, _ parts: String...) -> Bool {
        let lowered = words.lowercased()
        return parts.contains { lowered.contains($0) }
    }
}
