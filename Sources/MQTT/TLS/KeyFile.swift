import CMosquitto
import CommandLineKit
import PKI

/// A private key read from a PEM file; an encrypted one is refused, since nobody may be asked for its passphrase here.
struct KeyFile {
    private let key: PrivateKey

    init(_ file: String) throws(MQTTError) {
        try FileCheck.readable(file, "the private key")
        var content = try Self.read(file)
        defer { wipe(&content) }
        do throws(PKIError) {
            key = try PrivateKey(pem: content)
        } catch {
            guard error.code == .encryptedKey else {
                throw MQTTError(
                    .fileUnreadable, "\(file) holds no private key in PEM form: \(error.message)",
                    hint: "openssl pkey -in \(file.shellWord) -out \("\(file).pem".shellWord)")
            }
            throw MQTTError(
                .keyEncrypted, "the private key in \(file) is encrypted",
                hint: "(umask 077 && openssl pkey -in \(file.shellWord) -out \("\(file).plain".shellWord))")
        }
    }

    private static func read(_ file: String) throws(MQTTError) -> [UInt8] {
        do throws(InputDescriptor.Failure) {
            return try InputDescriptor(file).contents(most: 1 << 20)
        } catch {
            throw MQTTError(.fileMissing, "cannot read the private key \(file): \(error.reason)")
        }
    }

    /// Puts the key into an SSL_CTX; false where it does not belong to the certificate there.
    func isTaken(by context: OpaquePointer) -> Bool {
        SSL_CTX_use_PrivateKey(context, key.handle) == 1 && SSL_CTX_check_private_key(context) == 1
    }

    /// Puts the key into one connection's SSL; false where it does not belong to the certificate there.
    func isTaken(bySSL ssl: OpaquePointer) -> Bool {
        SSL_use_PrivateKey(ssl, key.handle) == 1 && SSL_check_private_key(ssl) == 1
    }
}
