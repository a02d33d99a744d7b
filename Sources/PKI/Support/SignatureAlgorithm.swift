import CLibCrypto

/// How a certificate, a request or a revocation list is signed.
public struct SignatureAlgorithm: Hashable, Sendable, CustomStringConvertible {
    /// OpenSSL's long name, such as "sha256WithRSAEncryption".
    public let name: String

    /// OpenSSL's short name of the hash, such as "SHA256"; nil where there is none of its own (Ed25519) or it is unknown.
    public let digest: String?

    public var description: String { name }

    /// Whether others can be made that the same signature fits: MD5, SHA-1 and what is older (RFC 6151, RFC 6194).
    public var isWeak: Bool { digest.map { Self.weakDigests.contains($0) } ?? false }

    private static let weakDigests: Set = ["MD2", "MD4", "MD5", "SHA1", "SHA", "MDC2", "RIPEMD160"]

    /// The algorithm of an identifier of OpenSSL's.
    ///
    /// - Parameter digest: the hash's identifier, where the signature's does not tell it (RSASSA-PSS, RFC 8017).
    init(identifier: Int32, digest: Int32 = NID_undef) {
        name = OBJ_nid2ln(identifier).map { String(cString: $0) } ?? "unknown"
        var (found, key) = (NID_undef, NID_undef)
        if OBJ_find_sigid_algs(identifier, &found, &key) != 1 || found == NID_undef { found = digest }
        self.digest = found == NID_undef ? nil : OBJ_nid2sn(found).map { String(cString: $0) }
    }
}
