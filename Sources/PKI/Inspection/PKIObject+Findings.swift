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
            Self.dates(of: certificate, at: now, margin) + Self.findings(certificate, isDevices: isDevices)
        case .request(let request): Self.findings(request)
        case .revocationList(let list): Self.findings(list, at: now, margin)
        case .privateKey(let key): Self.strength(of: key.publicKey, isDevices: true)
        case .publicKey(let key): Self.strength(of: key, isDevices: true)
        case .encryptedKey:
            [Finding(.encryptedKey, "a passphrase opens it, which nobody is asked for here: it cannot be compared")]
        }
    }

    /// What is wrong with a certificate's time: nothing, or one finding.
    private static func dates(of certificate: Certificate, at now: Timestamp, _ margin: Int64?) -> [Finding] {
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
        var findings = strength(of: certificate.publicKey, isDevices: !isAuthority)
        // A signature of one's own vouches for nothing, so that a root's may be by any hash.
        if certificate.signature.isWeak && !isSelfSigned { findings += weakness(of: certificate.signature) }
        if isAuthority && isDevices {
            findings.append(Finding(.isAuthority, "it is a CA's certificate, where a device's is meant"))
        }
        if isSelfSigned && !isAuthority {
            findings.append(Finding(.selfSigned, "it is self-signed: no CA vouches for it"))
        }
        return isAuthority || !isDevices ? findings : findings + usage(of: certificate)
    }

    /// Whether a device's certificate lets it be a client of TLS (RFC 5280, sections 4.2.1.3 and 4.2.1.12).
    private static func usage(of certificate: Certificate) -> [Finding] {
        let purposes = certificate.extendedKeyUsage
        if !purposes.isEmpty, !purposes.contains("clientAuth"), !purposes.contains("anyExtendedKeyUsage") {
            let said = purposes.joined(separator: ", ")
            return [Finding(.wrongUsage, "it is for \(said), not for clientAuth, which a broker asks of a device")]
        }
        guard let usage = certificate.keyUsage, !usage.contains(.digitalSignature) else { return [] }
        return [Finding(.wrongUsage, "its key usage has no digitalSignature, which TLS asks of a client")]
    }

    private static func findings(_ request: CertificateRequest) -> [Finding] {
        var findings = strength(of: request.publicKey, isDevices: true)
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
        guard isDevices, !isUsual else { return [] }
        return [Finding(.unusualKey, "its key is of a kind that no dojot platform signs: \(key.algorithm)")]
    }
}
