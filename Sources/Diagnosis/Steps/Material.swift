import PKI

/// Keys and certificates as they were read.
struct Material {
    var key: PrivateKey?
    /// The device's own.
    var certificate: Certificate?
    /// What is beside it in its file.
    var others: [Certificate] = []
    var authorities: [Certificate] = []
    /// Whether a TLS client can use key and certificate.
    var isUsable = false
}
