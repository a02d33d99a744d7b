import CMosquitto

/// Turns what was seen of a failed TLS connection into the reason that a user can act on.
struct TLSFailure {
    let observation: TLSObservation
    let configuration: TLSConfiguration
    /// Host and port as the user knows them.
    let peer: String

    /// The reason, or nil where nothing was seen.
    var error: MQTTError? {
        if let refusal = observation.refusal { return explain(refusal) }
        if let alert = observation.alert { return explain(alert: alert) }
        return explainErrors()
    }

    /// All that the broker's certificate failed on, each code once.
    var refusals: [MQTTError] {
        observation.refusals.map(explain).reduce(into: []) { list, error in
            if !list.contains(where: { $0.code == error.code }) { list.append(error) }
        }
    }

    /// The reason where the peer closed the connection in the middle of the handshake.
    ///
    /// - Parameter heardNothing: whether it did so without a word, as plain MQTT does.
    func closed(heardNothing: Bool) -> MQTTError {
        if let error { return error }
        guard heardNothing else {
            return MQTTError(.handshakeClosed, "\(peer) closed the connection in the middle of the TLS handshake")
        }
        return MQTTError(
            .notTLS, "\(peer) closed the connection in answer to TLS: plain MQTT may be behind that port",
            hint: "for MQTT without TLS leave out the certificate options, or use the broker's TLS port, usually 8883")
    }

    private func explain(_ refusal: TLSObservation.Refusal) -> MQTTError {
        let certificate = refusal.certificate
        let subject = certificate.map { " (\($0.subject))" } ?? ""
        let trusted = configuration.authorityFile ?? configuration.authorityFolder ?? "the system's authorities"
        switch refusal.error {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            let names = certificate?.names ?? []
            let list = names.isEmpty ? "has no name at all" : "is for \(names.joined(separator: ", "))"
            return MQTTError(
                .serverName, "the certificate of \(peer) is not for \(observation.host ?? peer): it \(list)",
                hint: names.first.map { "connect by a name that it is for: \($0)" })
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_CERT_UNTRUSTED,
            X509_V_ERR_INVALID_CA:
            let issuer = certificate.map { ": its issuer is \($0.issuer)" } ?? ""
            return MQTTError(
                .serverUnknownAuthority, "the certificate of \(peer)\(subject) is not signed by \(trusted)\(issuer)",
                hint: "use the CA certificate of the platform that the broker belongs to")
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let date = certificate.map { " on \($0.notAfter)" } ?? ""
            return MQTTError(
                .serverExpired, "a certificate of \(peer)\(subject) expired\(date)",
                hint: "it must be renewed on the broker's side, unless this machine's clock is wrong")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            let date = certificate.map { " before \($0.notBefore)" } ?? ""
            return MQTTError(
                .serverNotYetValid, "a certificate of \(peer)\(subject) is not valid\(date)",
                hint: "check this machine's clock: date -u")
        default:
            return MQTTError(
                .serverCertificate, "the certificate of \(peer)\(subject) is refused: \(refusal.reason)")
        }
    }

    private func explain(alert: UInt8) -> MQTTError {
        let ours = configuration.certificateFile
        let named = ours.map { "the certificate in \($0)" } ?? "the connection"
        switch Int32(alert) {
        case SSL_AD_CERTIFICATE_REVOKED:
            return MQTTError(
                .clientRevoked, "\(peer) says that \(named) is revoked", hint: "retrieve a new certificate")
        case SSL_AD_CERTIFICATE_EXPIRED:
            return MQTTError(
                .clientExpired, "\(peer) says that \(named) has expired", hint: "retrieve a new certificate")
        case SSL_AD_UNKNOWN_CA:
            return MQTTError(
                .clientUnknownAuthority, "\(peer) does not know who signed \(named)",
                hint: "use a certificate of the platform that the broker belongs to")
        case SSL_AD_CERTIFICATE_REQUIRED:
            return required
        case SSL_AD_HANDSHAKE_FAILURE where ours == nil && observation.certificateWasRequested:
            return required
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_ACCESS_DENIED,
            SSL_AD_DECRYPT_ERROR:
            return MQTTError(.clientCertificate, "\(peer) refuses \(named): \(name(of: alert))")
        case SSL_AD_UNKNOWN_PSK_IDENTITY:
            return MQTTError(.clientCertificate, "\(peer) does not know the pre-shared key's identity")
        case SSL_AD_PROTOCOL_VERSION, SSL_AD_HANDSHAKE_FAILURE, SSL_AD_INSUFFICIENT_SECURITY:
            return MQTTError(
                .noCommonProtocol, "\(peer) and this side share no TLS version or cipher: \(name(of: alert))")
        default:
            return MQTTError(.tls, "\(peer) ended the TLS connection: \(name(of: alert))")
        }
    }

    private var required: MQTTError {
        MQTTError(
            .certificateRequired, "\(peer) asks for a certificate and none was given",
            hint: "name a certificate and its key with --cert and --key, or retrieve one first")
    }

    private func name(of alert: UInt8) -> String {
        "alert \(alert), \(String(cString: SSL_alert_desc_string_long(Int32(alert))))"
    }

    private func explainErrors() -> MQTTError? {
        // A peer that hangs up says nothing of the reason: whether it speaks TLS at all is judged elsewhere.
        let errors = observation.errors.filter { dojot_error_reason($0) != SSL_R_UNEXPECTED_EOF_WHILE_READING }
        for error in errors {
            switch dojot_error_reason(error) {
            case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_UNKNOWN_PROTOCOL:
                // A broker without TLS hangs up without a word: what answers in words of its own is no broker.
                return MQTTError(
                    .notTLS, "\(peer) does not speak TLS: another service, such as HTTP, is behind that port",
                    hint: "the broker's TLS port is usually 8883")
            case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_NO_CIPHERS_AVAILABLE:
                return MQTTError(.noCommonProtocol, "\(peer) and this side share no TLS version or cipher")
            default: continue
            }
        }
        guard let error = errors.first else { return nil }
        let reason = ERR_reason_error_string(error).map { String(cString: $0) } ?? "error \(error)"
        return MQTTError(.tls, "the TLS connection to \(peer) failed: \(reason)")
    }
}
