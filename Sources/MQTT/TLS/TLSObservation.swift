import CMosquitto
import Glibc
import PKI

/// What was seen of a TLS handshake, kept for the message that says why it failed.
///
/// libmosquitto reports a failure as "A TLS error occurred" or as a lost connection; OpenSSL's callbacks see the reason. Under TLS 1.3
/// the broker refuses our certificate after our own handshake is over, and our write may fail before its alert is read: so the SSL and a
/// duplicate of its socket are held until the CONNACK, to read the alert late.
final class TLSObservation {
    /// What the broker's certificate failed on, from the verify callback.
    struct Refusal {
        /// X509_V_ERR_…; see X509_STORE_CTX_get_error(3).
        let error: Int32
        let reason: String
        let certificate: CertificateSummary?
    }

    let host: String?
    /// Whether the handshake goes on where the broker's certificate fails a check.
    let toleratesServer: Bool
    var preSharedKey: TLSConfiguration.PreSharedKey?
    /// What ended the handshake.
    var refusal: Refusal? { toleratesServer ? nil : refusals.first }
    /// All that the broker's certificate failed on; one where that ends the handshake.
    private(set) var refusals: [Refusal] = []
    /// The alert that the peer sent; RFC 8446, section 6.
    private(set) var alert: UInt8?
    /// Whether the peer asked for our certificate.
    private(set) var certificateWasRequested = false
    /// OpenSSL's errors in the handshake (ERR_get_error(3)), the first of each failed call.
    private(set) var errors: [UInt] = []

    private var held: OpaquePointer?
    private var duplicate: Int32 = -1

    /// The duplicate of the socket of a handshake that has begun and is not let go of; -1 else.
    var descriptor: Int32 { duplicate }

    /// Whether a handshake has begun that is not let go of.
    var hasBegun: Bool { held != nil }

    /// Whether TCP's connection was ever established, as far as a handshake has begun. OpenSSL's first write may be what finds that
    /// nothing listens, and libmosquitto need not pass on why it failed.
    var hasReachedPeer: Bool { hasBegun && (duplicate < 0 || TCPState.wasEstablished(duplicate)) }

    /// Whether the handshake was over on our side. SSL_is_init_finished(3) forgets that where the connection has failed since.
    private(set) var isSecured = false

    /// Whether the peer answered at all, be it with less than a whole message.
    var hasHeard: Bool {
        heardBefore || held.map { BIO_number_read(SSL_get_rbio($0)) > 0 } ?? false
    }
    /// Whether it had before its alert was read late, which begins to count anew.
    private var heardBefore = false

    init(host: String?, toleratesServer: Bool = false) {
        self.host = host
        self.toleratesServer = toleratesServer
    }

    deinit { letGo() }

    /// Forgets an earlier connection.
    func reset() {
        letGo()
        heardBefore = false
        refusals = []
        alert = nil
        certificateWasRequested = false
        isSecured = false
        errors = []
    }

    /// Lets go of the connection: its CONNACK has come, or it is given up.
    func letGo() {
        SSL_free(held)
        held = nil
        if duplicate >= 0 { close(duplicate) }
        duplicate = -1
    }

    /// How long an alert that comes after the connection failed may take, in seconds.
    static let alertPatience = 0.3

    /// Reads the alert that came after the connection failed.
    ///
    /// - Parameter patience: how long to wait for it, in seconds.
    func readLateAlert(patience: Double = alertPatience) {
        guard let held, duplicate >= 0, alert == nil, refusal == nil else { return }
        heardBefore = hasHeard
        SSL_set_fd(held, duplicate)
        let end = MonotonicTime.after(patience)
        var buffer: UInt8 = 0
        repeat {
            ERR_clear_error()
            let count = SSL_read(held, &buffer, 1)
            if count > 0 { continue }
            guard alert == nil, SSL_get_error(held, count) == SSL_ERROR_WANT_READ else { break }
            var entry = pollfd(fd: duplicate, events: Int16(POLLIN), revents: 0)
            let rest = end - .now
            if rest <= 0 || poll(&entry, 1, Int32(rest * 1000) + 1) <= 0 { break }
        } while MonotonicTime.now < end
        ERR_clear_error()
    }

    fileprivate func hold(_ ssl: OpaquePointer) {
        guard held == nil else { return }
        // libmosquitto was given an address; the name must be set before the first message is made.
        if let host, !Address.isNumeric(host) { _ = dojot_ssl_set_server_name(ssl, host) }
        guard SSL_up_ref(ssl) == 1 else { return }
        held = ssl
        duplicate = fcntl(SSL_get_fd(ssl), F_DUPFD_CLOEXEC, 0)
    }

    /// Keeps why a call failed: libmosquitto takes the errors from OpenSSL's queue, and only logs them.
    fileprivate func noteFailure() {
        let error = ERR_peek_error()
        if error != 0 { errors.append(error) }
    }

    fileprivate func noteAlert(_ value: Int32) {
        let description = UInt8(truncatingIfNeeded: value & 0xff)
        if description != 0 && alert == nil { alert = description }
    }

    /// Notes what a certificate failed on, and says whether the handshake goes on.
    fileprivate func noteRefusal(_ store: OpaquePointer) -> Bool {
        guard toleratesServer || refusals.isEmpty else { return false }
        let error = X509_STORE_CTX_get_error(store)
        refusals.append(
            Refusal(
                error: error, reason: String(cString: X509_verify_cert_error_string(Int(error))),
                certificate: X509_STORE_CTX_get_current_cert(store).map { CertificateSummary($0) }))
        return toleratesServer
    }

    fileprivate func noteRequest() { certificateWasRequested = true }
}

// The callbacks that OpenSSL calls. They live as long as the SSL_CTX, whose owner holds what they are called with.
extension TLSObservation {
    static let infoCallback: @convention(c) (OpaquePointer?, Int32, Int32) -> Void = { ssl, place, value in
        guard let ssl, let observation = TLSObservation.of(ssl) else { return }
        if place & SSL_CB_HANDSHAKE_START != 0 { observation.hold(ssl) }
        if place & SSL_CB_HANDSHAKE_DONE != 0 { observation.isSecured = true }
        if place & SSL_CB_EXIT != 0 && value <= 0 { observation.noteFailure() }
        if place & SSL_CB_ALERT != 0 && place & SSL_CB_READ != 0 { observation.noteAlert(value) }
    }

    static let verifyCallback: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isGood, store in
        guard isGood == 0, let store else { return isGood }
        let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
        guard let ssl, let watch = TLSObservation.watch(of: OpaquePointer(ssl)) else { return isGood }
        if watch.revocationList.map({ isWithoutWord($0, store) }) == true {
            X509_STORE_CTX_set_error(store, X509_V_OK)
            return 1
        }
        guard let observation = watch.observation else { return isGood }
        return observation.noteRefusal(store) ? 1 : isGood
    }

    /// Whether a list has nothing to say: it is out of date, which its user was told, or another authority's than the certificate's.
    ///
    /// OpenSSL goes on to look the certificate up: what a list named when it was valid is refused all the same.
    private static func isWithoutWord(_ list: CertificateRevocationList, _ store: OpaquePointer) -> Bool {
        switch X509_STORE_CTX_get_error(store) {
        case X509_V_ERR_CRL_HAS_EXPIRED: return true
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            guard let certificate = X509_STORE_CTX_get_current_cert(store) else { return false }
            return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_CRL_get_issuer(list.handle)) != 0
        default: return false
        }
    }

    static let certificateCallback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { ssl, data in
        guard let ssl, let data else { return 1 }
        let watch = Unmanaged<TLSWatch>.fromOpaque(data).takeUnretainedValue()
        watch.observation?.noteRequest()
        return watch.handOver?(ssl) ?? true ? 1 : 0
    }

    static let preSharedKeyCallback: SSL_psk_client_cb_func = { ssl, _, identity, identityLength, key, keyLength in
        guard let ssl, let identity, let key, let shared = TLSObservation.of(ssl)?.preSharedKey else { return 0 }
        let name = Array(shared.identity.utf8)
        guard name.count < Int(identityLength), shared.key.count <= Int(keyLength) else { return 0 }
        for (index, byte) in name.enumerated() { identity[index] = CChar(bitPattern: byte) }
        identity[name.count] = 0
        for (index, byte) in shared.key.enumerated() { key[index] = byte }
        return UInt32(shared.key.count)
    }

    private static func of(_ ssl: OpaquePointer) -> TLSObservation? { watch(of: ssl)?.observation }

    private static func watch(of ssl: OpaquePointer) -> TLSWatch? {
        guard let context = SSL_get_SSL_CTX(ssl), let data = dojot_ssl_ctx_get_app_data(context) else { return nil }
        return Unmanaged<TLSWatch>.fromOpaque(data).takeUnretainedValue()
    }
}
