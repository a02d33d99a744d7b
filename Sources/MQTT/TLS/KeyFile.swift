import CMosquitto

/// A private key read from a PEM file; an encrypted one is refused, since nobody may be asked for its passphrase here.
struct KeyFile: ~Copyable {
    private let pointer: OpaquePointer

    init(_ file: String) throws(MQTTError) {
        try FileCheck.readable(file, "the private key")
        guard let input = BIO_new_file(file, "r") else {
            throw MQTTError(.fileMissing, "cannot open the private key \(file): \(OpenSSLErrors.drain())")
        }
        defer { BIO_free(input) }
        var wasAsked = false
        let key = withUnsafeMutablePointer(to: &wasAsked) { asked in
            PEM_read_bio_PrivateKey(
                input, nil,
                { _, _, _, asked in
                    asked?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, asked)
        }
        guard let key else {
            let reason = OpenSSLErrors.drain()
            if wasAsked {
                throw MQTTError(
                    .keyEncrypted, "the private key in \(file) is encrypted",
                    hint: "openssl pkey -in \(file) -out PLAIN.key takes the passphrase off")
            }
            throw MQTTError(.fileUnreadable, "\(file) holds no private key in PEM form: \(reason)")
        }
        pointer = key
    }

    /// Puts the key into an SSL_CTX; false where it does not belong to the certificate there.
    func isTaken(by context: OpaquePointer) -> Bool {
        SSL_CTX_use_PrivateKey(context, pointer) == 1 && SSL_CTX_check_private_key(context) == 1
    }

    deinit { EVP_PKEY_free(pointer) }
}
