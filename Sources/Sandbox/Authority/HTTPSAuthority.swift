import PKI

/// The authority of the gateway's own certificate, which is not that of the devices: as on the web, whoever comes by HTTPS trusts
/// it for the gateway alone.
///
/// Its files, in the folder of the devices' authority:
/// ```
/// https-ca.key  https-ca.crt  https.key  https.crt
/// ```
struct HTTPSAuthority: Sendable {
    static let name = "dojot-sandbox HTTPS CA"

    let certificateFile: String

    /// Opens the authority of a folder, or founds it there, and gives the gateway a certificate for its names.
    ///
    /// - Parameter keepsKey: whether the authority's key is written into the folder: see ``CertificateAuthority``.
    init(in folder: String, keepsKey: Bool, names: [GeneralName]) throws(SandboxError) {
        try AtomicFile.makeFolder(folder)
        let keys = try KeyFile.open([(folder + "/https-ca.key", keepsKey), (folder + "/https.key", true)], .p256)
        certificateFile = folder + "/https-ca.crt"
        let certificate = try RootCertificate.open(certificateFile, named: Self.name, key: keys[0])
        try ServerCertificate.provide(
            in: folder + "/https.crt", for: keys[1], commonName: "dojot-sandbox gateway", names: names,
            issuer: certificate, signedBy: keys[0])
    }
}
