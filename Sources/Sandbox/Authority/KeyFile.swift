import PKI
import Threads

/// The keys of a sandbox: made once for a folder, each on a thread of its own.
enum KeyFile {
    /// Reads each key, or makes it where there is none yet.
    static func open(
        _ paths: [String], _ algorithm: KeyAlgorithm = .rsa(bits: 2048)
    ) throws(SandboxError) -> [PrivateKey] {
        let results = Guarded<[Int: Result<PrivateKey, SandboxError>]>([:])
        let threads = paths.enumerated().map { index, path in
            WorkerThread {
                let result = Result { () throws(SandboxError) in try open(path, algorithm) }
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

    private static func open(_ path: String, _ algorithm: KeyAlgorithm) throws(SandboxError) -> PrivateKey {
        if var pem = try AtomicFile.read(path) {
            defer { wipe(&pem) }
            return try SandboxError.converting("read \(path)") { () throws(PKIError) in try PrivateKey(pem: pem) }
        }
        var made = try SandboxError.converting("make \(path)") { () throws(PKIError) -> (PrivateKey, [UInt8]) in
            let key = try PrivateKey(generating: algorithm)
            return (key, try key.pem())
        }
        defer { wipe(&made.1) }
        try AtomicFile.write(made.1, to: path)
        return made.0
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
