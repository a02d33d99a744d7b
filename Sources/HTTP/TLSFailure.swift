/// Why a TLS handshake failed, told apart as far as OpenSSL tells.
public enum TLSFailure: String, Sendable, CaseIterable {
    /// The certificate names other hosts than the one asked for.
    case hostName
    /// The certificate was issued by an authority that is not trusted here.
    case unknownAuthority
    /// The certificate, or its authority's, is no longer valid by this machine's clock.
    case expired
    /// The certificate, or its authority's, is not valid yet by this machine's clock.
    case notYetValid
    /// The certificate was revoked.
    case revoked
    /// What answers speaks no TLS: perhaps plain http.
    case notTLS
    /// The server knows no version of TLS that is good enough (1.2 at least).
    case tooOld
    /// The server ended the handshake, for instance since it wants a client certificate.
    case refusedByServer
    /// Something else; the reason has OpenSSL's words.
    case other
}
