import PKI
import Threads

/// The keys of a sandbox: made once for a folder, each on a thread of its own.
enum KeyFile {
    /// Reads each key, or makes it where there is none yet.
    ///
    /// - Parameter isKept: whether the file of a path is written; a key without one is gone with the process, however that ends.
    static func open(
        _ paths: [(path: String, isKept: Bool)], _ algorithm: KeyAlgorithm = .rsa(bits: 2048)
    ) throws(SandboxError) -> [PrivateKey] {
        let results = Guarded<[Int: Result<PrivateKey, SandboxError>]>([:])
        let threads = paths.enumerated().map { index, file in
            WorkerThread {
                let result = Result { () throws(SandboxError) in try open(file.path, isKept: file.isKept, algorithm) }
                results.withLock { $0[index] = result }
            }
        }
        for thread in threads { thread.join() }
        var keys: [PrivateKey] = []
        for index in paths.indices {
            if let result = results.withLock({ $0[index] }) { keys.append(try result.get()) }
        }
        return keys
    }

    private static func open(
        _ path: String, isKept: Bool, _ algorithm: KeyAlgorithm
    ) throws(SandboxError) -> PrivateKey {
        if var pem = try AtomicFile.read(path) {
            defer { wipe(&pem) }
            return try SandboxError.converting("read \(path)") { () throws(PKIError) in try PrivateKey(pem: pem) }
        }
        let key = try SandboxError.converting("make \(path)") { () throws(PKIError) in
            try PrivateKey(generating: algorithm)
        }
        guard isKept else { return key }
        var pem = try SandboxError.converting("write \(path)") { () throws(PKIError) in try key.pem() }
        defer { wipe(&pem) }
        try AtomicFile.write(pem, to: path)
        return key
    }
}

extension SandboxError {
    /// Gives an error of PKI as one of ours.
    static func converting<Result>(
        _ action: String, _ body: () throws(PKIError) -> Result
    ) throws(SandboxError) -> Result {
        do { return try body() } catch { throw SandboxError(.cryptography, "cannot \(action): \(error.message)") }
    }
}
