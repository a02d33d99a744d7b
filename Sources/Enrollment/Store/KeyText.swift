import PKI
import Threads

/// A private key as its files have it: written once, however many these are, since OpenSSL takes 0.3 ms for a P-256 key, ten times what
/// making it takes; wiped when nobody needs it any more.
final class KeyText: Sendable {
    private let key: PrivateKey
    private let written = Guarded<[UInt8]>([])

    init(of key: PrivateKey) { self.key = key }

    deinit { written.withLock { wipe(&$0) } }

    /// The key in PEM; what is copied from it is the caller's to wipe.
    func pem() throws(EnrollmentError) -> [UInt8] {
        try written.withLock { written throws(EnrollmentError) in
            if written.isEmpty { written = try asking { () throws(PKIError) in try key.pem() } }
            return written
        }
    }
}
