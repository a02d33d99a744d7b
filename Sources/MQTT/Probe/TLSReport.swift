/// What a TLS handshake with a broker showed, whether or not its certificate holds.
public struct TLSReport: Sendable {
    /// Why there is no TLS connection; nil where there is one.
    public internal(set) var failure: MQTTError?
    /// The first bytes of what answered without TLS, at most 64; empty where it hung up without a word.
    public internal(set) var greeting: [UInt8] = []
    /// Such as "TLSv1.3".
    public internal(set) var version: String?
    /// Such as "TLS_AES_256_GCM_SHA384".
    public internal(set) var cipher: String?
    /// The certificates that the broker sent, in DER, its own first.
    public internal(set) var chain: [[UInt8]] = []
    /// What they failed on; empty where they hold.
    public internal(set) var refusals: [MQTTError] = []
    /// Whether it asked for our certificate.
    public internal(set) var asksForCertificate = false
    /// The subjects of the authorities whose certificates it says to take, as openssl writes them; empty where it does not say.
    public internal(set) var acceptedAuthorities: [String] = []
}
