import PKI

/// Which connection an SSL_CTX is at work for, as its callbacks find it: one context may serve many connections, one after another.
///
/// OpenSSL calls back from within a call for one connection only, on the thread of that call: whoever makes the call says before
/// which one it is.
final class TLSWatch {
    /// What is seen goes here; nil where nobody wants to know.
    var observation: TLSObservation?
    /// The list that the broker's certificate is checked against.
    var revocationList: CertificateRevocationList?
    /// Asked for our certificate and key when the peer wants them, which puts them into the SSL given; nil where the context has them.
    var handOver: ((OpaquePointer) -> Bool)?
}
