import CMosquitto
import Glibc
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
                    hint: "openssl pkey -in \(file) -out PEM.key makes PEM of a key in another form")
            }
            throw MQTTError(
                .keyEncrypted, "the private key in \(file) is encrypted",
                hint: "openssl pkey -in \(file) -out PLAIN.key takes the passphrase off")
        }
    }

    /// What is in the file, up to a MiB: of what BIO_new_file(3) reads, stdio keeps a copy.
    private static func read(_ file: String) throws(MQTTError) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        var content = [UInt8](repeating: 0, count: isFile ? min(Int(status.st_size), 1 << 20) : 1 << 16)
        var length = 0
        while length < content.count {
            let count = content.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw MQTTError(
                    .fileMissing, "cannot open the private key \(file): \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            length += count
        }
        content.removeLast(content.count - length)
        return content
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
