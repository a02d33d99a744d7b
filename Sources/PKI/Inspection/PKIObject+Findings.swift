extension PKIObject {
    /// What is wrong with the object by itself.
    ///
    /// - Parameters:
    ///   - now: the time to judge by.
    ///   - margin: the seconds of its life that it must have left; nil for any.
    ///   - isDevices: whether a certificate or request is meant to be a device's.
    public func findings(at now: Timestamp, margin: Int64? = nil, isDevices: Bool = false) -> [Finding] {
        switch self {
        case .certificate(let certificate):
            Self.unreadable(certificate.encodingFlaws) + Self.dates(of: certificate, at: now, margin)
                + Self.findings(certificate, isDevices: isDevices)
        case .request(let request): Self.unreadable(request.encodingFlaws) + Self.findings(request)
        case .revocationList(let list): Self.unreadable(list.encodingFlaws) + Self.findings(list, at: now, margin)
        case .privateKey(let key): Self.strength(of: key.publicKey, isDevices: true)
        case .publicKey(let key): Self.strength(of: key, isDevices: true)
        case .encryptedKey:
            [Finding(.encryptedKey, "a passphrase opens it, which nobody is asked for here: it cannot be compared")]
        }
    }

    private static func unreadable(_ flaws: [String]) -> [Finding] { flaws.map { Finding(.unreadable, $0) } }

    /// What is wrong with a certificate's time: nothing, or one finding.
    private static func dates(of certificate: Certificate, at now: Timestamp, _ margin: Int64?) -> [Finding] {
        guard certificate.unreadableDates == (nil, nil) else { return [] }
        let (start, end) = (
            Timestamp(unixSeconds: certificate.notBefore), Timestamp(unixSeconds: certificate.notAfter)
        )
        let left = now.seconds(until: end)
        if left < 0 { return [Finding(.expired, "it expired \(TimeDistance(seconds: left)) ago, on \(end)")] }
        if start > now {
            let wait = TimeDistance(seconds: now.seconds(until: start))
            return [Finding(.notYetValid, "it is not valid before \(start), in \(wait), by this machine's clock")]
        }
        guard let margin, left <= margin else { return [] }
        return [Finding(.expiresSoon, "it expires in \(TimeDistance(seconds: left)), on \(end)")]
    }

    private static func findings(_ certificate: Certificate, isDevices: Bool) -> [Finding] {
        let isAuthority = certificate.isCertificateAuthority
        let isSelfSigned = certificate.isSelfSigned
        var findings = strength(of: certificate.publicKey, isDevices: !isAuthority) + ambiguity(of: certificate.subject)
        let unknown = certificate.unknownCriticalExtensions
        if !unknown.isEmpty {
            findings.append(
                Finding(
                    .brokenChain,
                    "it has a critical extension that is not known here, so that TLS refuses it: "
                        + unknown.joined(separator: ", ")))
        }
        // A signature of one's own vouches for nothing, so that a root's may be by any hash.
        if certificate.signature.isWeak && !isSelfSigned { findings += weakness(of: certificate.signature) }
        let mayPassForAuthority = certificate.statesAuthority == true || certificate.passesForAuthority
        if isAuthority || (mayPassForAuthority && !isSelfSigned), isDevices {
            findings.append(Finding(.isAuthority, "it is a CA's certificate, where a device's is meant"))
        }
        if isSelfSigned && !isAuthority {
            findings.append(Finding(.selfSigned, "it is self-signed: no CA vouches for it"))
        }
        return isAuthority || !isDevices ? findings : findings + usage(of: certificate)
    }

    private static func usage(of certificate: Certificate) -> [Finding] {
        certificate.clientUsageProblem.map { [Finding(.wrongUsage, $0)] } ?? []
    }

    private static func findings(_ request: CertificateRequest) -> [Finding] {
        var findings = strength(of: request.publicKey, isDevices: true) + ambiguity(of: request.subject)
        if request.signature.isWeak { findings += weakness(of: request.signature) }
        if request.asksForAuthority {
            findings.append(Finding(.isAuthority, "it asks for a CA's certificate, where a device's is meant"))
        }
        if !request.hasValidSignature {
            findings.append(Finding(.badSignature, "its signature is not by the key that is in it"))
        }
        return findings
    }

    private static func findings(
        _ list: CertificateRevocationList, at now: Timestamp, _ margin: Int64?
    ) -> [Finding] {
        var findings = list.signature.isWeak ? weakness(of: list.signature) : []
        if let problem = list.partiality {
            findings.append(
                Finding(.partialList, "it \(problem.message): it says of no certificate that it is not revoked"))
        }
        guard list.encodingFlaws.isEmpty else { return findings }
        let start = Timestamp(unixSeconds: list.thisUpdate)
        if start > now {
            findings.append(Finding(.notYetValid, "it is not valid before \(start), by this machine's clock"))
        }
        guard let next = list.nextUpdate.map(Timestamp.init(unixSeconds:)) else { return findings }
        let left = now.seconds(until: next)
        if left < 0 {
            findings.append(
                Finding(.staleList, "it is stale: the next one was due \(TimeDistance(seconds: left)) ago, on \(next)"))
        } else if let margin, left <= margin {
            findings.append(
                Finding(.expiresSoon, "the next one is due in \(TimeDistance(seconds: left)), on \(next)"))
        }
        return findings
    }

    private static func ambiguity(of name: DistinguishedName) -> [Finding] {
        let names = name.attributes.filter { $0.type == "CN" }.map(\.value)
        guard names.count > 1 else { return [] }
        let list = names.joined(separator: ", ")
        return [
            Finding(
                .ambiguousName, "it has \(names.count) common names, and programs differ in which they take: \(list)")
        ]
    }

    private static func weakness(of signature: SignatureAlgorithm) -> [Finding] {
        [Finding(.weakSignature, "its signature is weak: \(signature)")]
    }

    /// Whether a key is strong enough, and one that the platforms sign where it is a device's.
    private static func strength(of key: PublicKey, isDevices: Bool) -> [Finding] {
        // NIST SP 800-131A: 112 bits of security are the least, which RSA has from 2048 bits on.
        if let strength = key.strength, strength.securityBits < 112 {
            return [
                Finding(.weakKey, "its key is weak: \(key.algorithm), with \(strength.securityBits) bits of security")
            ]
        }
        let isUsual =
            switch key.algorithm {
            case .rsa(let bits): KeyAlgorithm.rsaSizes.contains(bits)
            case .p256, .p384, .p521: true
            case .other: false
            }
        if key.hasExplicitParameters {
            return [
                Finding(.unusualKey, "its key spells its curve out instead of naming it, which TLS refuses (RFC 5480)")
            ]
        }
        guard isDevices, !isUsual else { return [] }
        return [Finding(.unusualKey, "its key is of a kind that no dojot platform signs: \(key.algorithm)")]
    }
}
