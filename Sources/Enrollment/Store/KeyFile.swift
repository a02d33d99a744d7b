public import PKI

/// A file with a private key in PEM.
public enum KeyFile {
    /// Reads the key; the file's bytes are wiped from memory.
    ///
    /// - Throws: `.fileMissing`, `.cannotRead`, `.cryptography`.
    public static func read(_ path: String) throws(EnrollmentError) -> PrivateKey {
        var content = try FileSystem.read(path)
        defer { wipe(&content) }
        return try asking(about: path) { () throws(PKIError) in try PrivateKey(pem: content) }
    }
}
