import CMosquitto
import Glibc
import PKI

/// An SSL_CTX of our own: libmosquitto's would lose the reason of a failure, and would not let us see the handshake.
///
/// Handed over with MOSQ_OPT_SSL_CTX and MOSQ_OPT_SSL_CTX_WITH_DEFAULTS 0, libmosquitto sets nothing on it: certificates, the
/// check of the key and of the host name, ciphers and least version are set here.
final class TLSContext {
    /// The SSL_CTX; libmosquitto takes a reference of its own.
    let pointer: OpaquePointer
    let observation: TLSObservation
    /// What the context's callbacks act for: at first, and where nobody changes it, `observation`.
    let watch = TLSWatch()
    let configuration: TLSConfiguration

    /// - Parameter host: the name or address that the broker's certificate must be for; nil for a Unix socket.
    init(_ configuration: TLSConfiguration, host: String?) throws(MQTTError) {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else {
            throw MQTTError(.library, "OpenSSL cannot make a TLS context: \(OpenSSLErrors.drain())")
        }
        self.pointer = pointer
        self.configuration = configuration
        observation = TLSObservation(host: host, toleratesServer: configuration.toleratesServer)
        watch.observation = observation
        dojot_ssl_ctx_set_app_data(pointer, Unmanaged.passUnretained(watch).toOpaque())
        _ = dojot_ssl_ctx_set_mode(pointer, Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // One read of the socket for many small packets; the loop reads until nothing is left, so none is forgotten.
        dojot_ssl_ctx_set_read_ahead(pointer, 1)
        SSL_CTX_set_info_callback(pointer, TLSObservation.infoCallback)
        SSL_CTX_set_cert_cb(pointer, TLSObservation.certificateCallback, Unmanaged.passUnretained(watch).toOpaque())
        try setProtocol()
        try trustAuthorities()
        try checkRevocation()
        try useCertificate()
        try checkHostName(host)
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    private func setProtocol() throws(MQTTError) {
        let least =
            switch configuration.minimumVersion {
            case .v12: TLS1_2_VERSION
            case .v13: TLS1_3_VERSION
            }
        _ = dojot_ssl_ctx_set_min_proto_version(pointer, least)
        if let key = configuration.preSharedKey {
            guard configuration.minimumVersion != .v13 else {
                throw MQTTError(.tlsSettings, "a pre-shared key works with TLS 1.2 and before only")
            }
            observation.preSharedKey = key
            _ = dojot_ssl_ctx_set_max_proto_version(pointer, TLS1_2_VERSION)
            SSL_CTX_set_psk_client_callback(pointer, TLSObservation.preSharedKeyCallback)
        }
        let ciphers = configuration.ciphers ?? (configuration.preSharedKey == nil ? nil : "PSK")
        if let ciphers, SSL_CTX_set_cipher_list(pointer, ciphers) != 1 {
            _ = OpenSSLErrors.drain()
            throw MQTTError(
                .tlsSettings, "OpenSSL knows no cipher of \"\(ciphers)\"", hint: "openssl ciphers -v lists them")
        }
        if let ciphers { try checkCiphers(ciphers) }
        if let name = configuration.applicationProtocol {
            let bytes = Array(name.utf8)
            guard (1...255).contains(bytes.count) else {
                throw MQTTError(.tlsSettings, "an ALPN protocol has 1 to 255 bytes")
            }
            let wire = [UInt8(bytes.count)] + bytes
            SSL_CTX_set_alpn_protos(pointer, wire, UInt32(wire.count))
        }
    }

    private func trustAuthorities() throws(MQTTError) {
        if configuration.trustsSystem { SSL_CTX_set_default_verify_paths(pointer) }
        if let file = configuration.authorityFile {
            try FileCheck.readable(file, "the file of certificate authorities")
            guard SSL_CTX_load_verify_file(pointer, file) == 1 else {
                throw MQTTError(.fileUnreadable, "\(file) holds no certificate in PEM form: \(OpenSSLErrors.drain())")
            }
        }
        if let folder = configuration.authorityFolder {
            try FileCheck.readable(folder, "the folder of certificate authorities", isFolder: true)
            guard SSL_CTX_load_verify_dir(pointer, folder) == 1 else {
                throw MQTTError(.fileUnreadable, "cannot use \(folder): \(OpenSSLErrors.drain())")
            }
        }
        if configuration.preSharedKey == nil {
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, TLSObservation.verifyCallback)
        }
    }

    /// Has OpenSSL check the broker's own certificate against the authority's list (X509_VERIFY_PARAM_set_flags(3)).
    private func checkRevocation() throws(MQTTError) {
        guard let revocation = configuration.revocationList, configuration.preSharedKey == nil else { return }
        watch.revocationList = revocation.list
        guard X509_STORE_add_crl(SSL_CTX_get_cert_store(pointer), revocation.list.handle) == 1 else {
            throw MQTTError(.fileUnreadable, "cannot use \(revocation.file): \(OpenSSLErrors.drain())")
        }
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(pointer), UInt(X509_V_FLAG_CRL_CHECK))
    }

    private func useCertificate() throws(MQTTError) {
        guard let certificate = configuration.certificateFile else { return }
        try FileCheck.readable(certificate, "the certificate")
        guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw MQTTError(
                .fileUnreadable, "\(certificate) holds no certificate in PEM form: \(OpenSSLErrors.drain())")
        }
        guard let file = configuration.keyFile else { return }
        let key = try KeyFile(file)
        guard key.isTaken(by: pointer) else {
            _ = OpenSSLErrors.drain()
            throw MQTTError(
                .keyMismatch, "the private key in \(file) does not belong to the certificate in \(certificate)")
        }
    }

    /// Refuses ciphers under which anybody may answer in the broker's place, or listen, as "aNULL:@SECLEVEL=0" has them.
    private func checkCiphers(_ ciphers: String) throws(MQTTError) {
        // Those that a connection offers, by the version and security level that apply, and those of the list itself.
        let ssl = SSL_new(pointer)
        defer { SSL_free(ssl) }
        let offered = dojot_supported_ciphers(ssl)
        defer { dojot_ciphers_free(offered) }
        func all(_ stack: OpaquePointer?) -> [OpaquePointer] {
            (0..<max(0, dojot_cipher_count(stack))).compactMap { dojot_cipher_at(stack, $0) }
        }
        func isUnsafe(_ cipher: OpaquePointer) -> Bool {
            SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null || SSL_CIPHER_get_cipher_nid(cipher) == NID_undef
        }
        // TLS 1.3 has suites of its own, which authenticate and encrypt always and are no matter of this list.
        let listed = all(SSL_CTX_get_ciphers(pointer)).filter { SSL_CIPHER_get_auth_nid($0) != NID_auth_any }
        let isOnlyUnsafe = !listed.isEmpty && listed.allSatisfy(isUnsafe)
        guard let bad = all(offered).first(where: isUnsafe) ?? (isOnlyUnsafe ? listed[0] : nil) else { return }
        let name = SSL_CIPHER_get_name(bad).map { String(cString: $0) } ?? "one of them"
        let lacks = SSL_CIPHER_get_auth_nid(bad) == NID_auth_null ? "authenticate the broker" : "encrypt"
        throw MQTTError(
            .tlsSettings, "the ciphers \"\(ciphers)\" include \(name), which does not \(lacks)",
            hint: "leave such ciphers out: --ciphers 'DEFAULT:!aNULL:!eNULL'")
    }

    /// With our own context nobody else checks the name (X509_VERIFY_PARAM_set1_host(3)): a wildcard must be a whole label, and a name
    /// that begins with a dot, which OpenSSL takes for all names below it, is none.
    private func checkHostName(_ host: String?) throws(MQTTError) {
        guard let host, configuration.checksHostName, configuration.preSharedKey == nil else { return }
        guard !host.hasPrefix("."), !host.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw MQTTError(.invalid, "\"\(host)\" is no host name")
        }
        let parameters = SSL_CTX_get0_param(pointer)
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let isAddress = Address.isNumeric(host)
        let set =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) : X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        guard set == 1 else { throw MQTTError(.invalid, "\"\(host)\" is no host name") }
    }
}
