import CLibCrypto

/// Runs X509_verify_cert(3) for one certificate, the authorities that are trusted and what else is known.
struct ChainVerification {
    /// An error that OpenSSL reports, and the certificate of the chain that it is about.
    struct Problem {
        /// X509_V_ERR_…; see X509_STORE_CTX_get_error(3).
        let code: Int32
        let certificate: Certificate?
    }

    /// The least strength of keys and signatures: OpenSSL's security level for TLS, 112 bits (SSL_CTX_set_security_level(3)), which
    /// is its default since 3.2 and Debian's before that.
    static let securityLevel: Int32 = 2

    let certificate: Certificate
    /// Trusted as they are, also where another one signed them (RFC 5280, section 6.1).
    var authorities: [Certificate]
    /// Certificates that may lead from the certificate to an authority.
    var intermediates: [Certificate] = []
    /// Lists to check the certificate itself against; none for no such check.
    var lists: [CertificateRevocationList] = []
    /// X509_PURPOSE_…; nil for any.
    var purpose: Int32?
    /// The least security level; 0 for none.
    var level: Int32 = 0
    /// Unix seconds; nil leaves the time out.
    var time: Int64?

    /// Verifies the chain.
    ///
    /// - Parameter stopsAtFirst: whether the first problem ends the verification; otherwise it goes on as if there was none.
    /// - Returns: the problems in OpenSSL's order; empty where the chain is valid.
    func problems(stopsAtFirst: Bool = true) throws(PKIError) -> [Problem] {
        // Those that were made here are read anew: they have only the bytes of their keys.
        let (certificate, authorities) = (certificate.withKey, authorities.map(\.withKey))
        let intermediates = intermediates.map(\.withKey)
        ERR_clear_error()
        let (store, context, untrusted) = (X509_STORE_new(), X509_STORE_CTX_new(), shim_sk_X509_new_null())
        let collector = ProblemCollector(stopsAtFirst: stopsAtFirst)
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            shim_sk_X509_free(untrusted)
            withExtendedLifetime((certificate, authorities, intermediates, collector)) { ERR_clear_error() }
        }
        guard authorities.allSatisfy({ X509_STORE_add_cert(store, $0.handle) == 1 }),
            lists.allSatisfy({ X509_STORE_add_crl(store, $0.handle) == 1 }),
            intermediates.allSatisfy({ shim_sk_X509_push(untrusted, $0.handle) > 0 }),
            X509_STORE_CTX_init(context, store, certificate.handle, untrusted) == 1,
            X509_STORE_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(collector).toOpaque()) == 1
        else { throw PKIError(.cryptography, draining: "cannot check the certificate of \(certificate.subject)") }
        X509_STORE_CTX_set_verify_cb(context, ProblemCollector.callback)
        configure(X509_STORE_CTX_get0_param(context))
        let isValid = X509_verify_cert(context) == 1
        if !isValid && collector.problems.isEmpty {
            return [Problem(code: X509_STORE_CTX_get_error(context), certificate: nil)]
        }
        return collector.problems
    }

    private func configure(_ parameters: OpaquePointer?) {
        var flags = X509_V_FLAG_PARTIAL_CHAIN
        if !lists.isEmpty { flags |= X509_V_FLAG_CRL_CHECK }
        if let time {
            X509_VERIFY_PARAM_set_time(parameters, Int(time))
        } else {
            flags |= X509_V_FLAG_NO_CHECK_TIME
        }
        X509_VERIFY_PARAM_set_flags(parameters, UInt(flags))
        if let purpose { X509_VERIFY_PARAM_set_purpose(parameters, purpose) }
        X509_VERIFY_PARAM_set_auth_level(parameters, level)
    }
}

/// Collects what OpenSSL's verify callback reports (X509_STORE_CTX_set_verify_cb(3)).
private final class ProblemCollector {
    private(set) var problems: [ChainVerification.Problem] = []
    private let stopsAtFirst: Bool

    init(stopsAtFirst: Bool) { self.stopsAtFirst = stopsAtFirst }

    static let callback: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, context in
        guard isGood == 0, let context, let data = X509_STORE_CTX_get_ex_data(context, 0) else { return isGood }
        let collector = Unmanaged<ProblemCollector>.fromOpaque(data).takeUnretainedValue()
        let current = X509_STORE_CTX_get_current_cert(context).flatMap { handle in
            X509_up_ref(handle) == 1 ? Certificate(owning: handle) : nil
        }
        collector.problems.append(
            ChainVerification.Problem(code: X509_STORE_CTX_get_error(context), certificate: current))
        return collector.stopsAtFirst ? 0 : 1
    }
}
