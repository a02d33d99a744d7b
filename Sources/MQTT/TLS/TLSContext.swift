import CMosquitto
import Glibc

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
            try FileCheck.readable(folder, "the folder of certificate authorities")
            guard SSL_CTX_load_verify_dir(pointer, folder) == 1 else {
                throw MQTTError(.fileUnreadable, "cannot use \(folder): \(OpenSSLErrors.drain())")
            }
        }
        if configuration.preSharedKey == nil {
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, TLSObservation.verifyCallback)
        }
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

    /// With our own context nobody else checks the name (X509_VERIFY_PARAM_set1_host(3)).
    private func checkHostName(_ host: String?) throws(MQTTError) {
        guard let host, configuration.checksHostName, configuration.preSharedKey == nil else { return }
        let parameters = SSL_CTX_get0_param(pointer)
        let isAddress = Address.isNumeric(host)
        let set =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) : X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        guard set == 1 else { throw MQTTError(.invalid, "\"\(host)\" is no host name") }
    }
}
