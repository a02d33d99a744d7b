import CMosquitto
import CommandLineKit
import PKI

/// Turns what was seen of a failed TLS connection into the reason that a user can act on.
struct TLSFailure {
    let observation: TLSObservation
    let configuration: TLSConfiguration
    /// The PEM file of the certificate that was offered; nil without one.
    let certificateFile: String?
    /// Host and port as the user knows them.
    let peer: String
    /// Whether the peer has accepted this certificate before: then only its dates and revocation can be a reason to refuse it.
    var wasAccepted = false

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

    /// The reason where the peer closed the connection before the end of the handshake.
    ///
    /// - Parameter greeting: the peer's answer without TLS; evaluated only where the peer sent nothing in the handshake. A closed
    ///   connection alone does not prove another protocol: a starting broker, or a proxy without a backend, closes it too.
    func closed(greeting: @autoclosure () -> PlainGreeting = .closed) -> MQTTError {
        if let error { return error }
        if !observation.hasHeard {
            switch greeting() {
            case .mqtt:
                return MQTTError(
                    .notTLS, "\(peer) speaks MQTT without TLS",
                    hint: "leave out the certificate options, or use the broker's TLS port, usually 8883")
            case .other: return anotherService
            case .tls, .closed, .silent: break
            }
        }
        if let unspoken { return unspoken }
        let place = observation.hasHeard ? "in the middle" : "at the start"
        return MQTTError(.handshakeClosed, "\(peer) closed the connection \(place) of the TLS handshake")
    }

    /// The likely reason where the peer asked for our certificate and closed the connection without a reason, as Node.js does; nil
    /// where our certificate has no problem that this side can see.
    var unspoken: MQTTError? {
        guard observation.certificateWasRequested else { return nil }
        let closed = "\(peer) closed the connection without a reason"
        guard let certificateFile else {
            return configuration.preSharedKey == nil ? missing("\(closed): it asks for a certificate") : nil
        }
        return ownProblem.map { explain($0, "\(closed), and the certificate in \(certificateFile)") }
    }

    /// The problem that our certificate has.
    private var ownProblem: OwnCertificate.Problem? {
        guard let own = certificateFile.flatMap(OwnCertificate.init) else { return nil }
        let (authorities, list) = (configuration.authorityFile, configuration.revocationList)
        return wasAccepted
            ? own.laterProblem(authorityFile: authorities, revocationList: list)
            : own.problem(authorityFile: authorities, revocationList: list)
    }

    /// - Parameter own: the beginning of the sentence, which our certificate is the subject of.
    private func explain(_ problem: OwnCertificate.Problem, _ own: String) -> MQTTError {
        switch problem {
        case .expired(let date):
            return MQTTError(.clientExpired, "\(own) expired on \(date)")
        case .notYetValid(let date):
            return MQTTError(
                .clientNotYetValid, "\(own) is not valid before \(date)", hint: "check this machine's clock: date -u")
        case .unknownIssuer(let issuer):
            let authorities = configuration.authorityFile ?? "the file of authorities"
            return MQTTError(
                .clientUnknownAuthority, "\(own) was not signed by any CA in \(authorities): its issuer is \(issuer)")
        case .revoked(let file):
            return MQTTError(.clientRevoked, "\(own) is revoked, according to \(file)")
        case .usage(let reason):
            return MQTTError(.clientCertificate, "\(own) is not for a TLS client: \(reason)")
        }
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
                hint: names.first(where: HostName.isValid).map { "connect by a name that it is for: \($0)" })
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_CERT_UNTRUSTED,
            X509_V_ERR_INVALID_CA:
            let issuer = certificate.map { ": its issuer is \(shownIssuer(of: $0))" } ?? ""
            return MQTTError(
                .serverUnknownAuthority, "the certificate of \(peer)\(subject) is not signed by \(trusted)\(issuer)")
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
        case X509_V_ERR_CERT_REVOKED:
            let file = configuration.revocationList?.file ?? "its CA"
            return MQTTError(
                .serverRevoked, "the certificate of \(peer)\(subject) is revoked, says \(file)",
                hint: "do not send it anything: it must get a new certificate from the platform's operator")
        case let error where Self.listErrors.contains(error):
            let file = configuration.revocationList?.file ?? "the revocation list"
            return MQTTError(
                .serverCertificate,
                "the certificate of \(peer)\(subject) cannot be checked against \(file): \(refusal.reason.lowercased())",
                hint: "replace the list by the platform's present one, or remove it: rm \(file.shellWord)")
        default:
            return MQTTError(
                .serverCertificate, "the certificate of \(peer)\(subject) is refused: \(refusal.reason)")
        }
    }

    /// The issuer's name, with the keys where a CA that we trust has the same name.
    private func shownIssuer(of certificate: CertificateSummary) -> String {
        let known = configuration.authorityFile.flatMap(OwnCertificate.certificates) ?? []
        guard let namesake = known.first(where: { "\($0.subject)" == certificate.issuer }) else {
            return certificate.issuer
        }
        return Certificate.shownIssuer(
            certificate.issuer, key: certificate.issuerKey, insteadOf: namesake.subjectKeyIdentifier)
    }

    /// What OpenSSL says where a revocation list cannot be used.
    private static let listErrors: Set<Int32> = [
        X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, X509_V_ERR_CRL_SIGNATURE_FAILURE,
        X509_V_ERR_CRL_NOT_YET_VALID, X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
        X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
        X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
        X509_V_ERR_DIFFERENT_CRL_SCOPE, X509_V_ERR_CRL_PATH_VALIDATION_ERROR,
    ]

    private func explain(alert: UInt8) -> MQTTError {
        let ours = certificateFile
        let named = ours.map { "the certificate in \($0)" } ?? "the connection"
        switch Int32(alert) {
        case SSL_AD_CERTIFICATE_REVOKED:
            return MQTTError(.clientRevoked, "\(peer) says that \(named) is revoked")
        case SSL_AD_CERTIFICATE_EXPIRED:
            return expired(named)
        case SSL_AD_UNKNOWN_CA:
            return MQTTError(
                .clientUnknownAuthority, "\(peer) does not know who signed \(named)")
        case SSL_AD_CERTIFICATE_REQUIRED:
            return missing("\(peer) asks for a certificate")
        case SSL_AD_HANDSHAKE_FAILURE where ours == nil && observation.certificateWasRequested:
            return missing("\(peer) asks for a certificate")
        // Java's TLS sends 42 where no certificate came, and 46 for whatever it has against one.
        case SSL_AD_BAD_CERTIFICATE where isMissing, SSL_AD_CERTIFICATE_UNKNOWN where isMissing:
            return missing("\(peer) asks for a certificate")
        case SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_ACCESS_DENIED,
            SSL_AD_DECRYPT_ERROR:
            if ours != nil, let problem = ownProblem {
                return explain(problem, "\(peer) refuses \(named) (\(name(of: alert))): it")
            }
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

    /// Whether no certificate was offered, nor another proof of who we are.
    private var isMissing: Bool { certificateFile == nil && configuration.preSharedKey == nil }

    private func missing(_ event: String) -> MQTTError {
        MQTTError(
            .certificateRequired, "\(event), and none was given",
            hint: "name a certificate and its key with --cert and --key, or retrieve one first")
    }

    /// The alert "certificate expired", which Erlang sends for a certificate that is not valid yet as well.
    private func expired(_ named: String) -> MQTTError {
        let own = certificateFile.flatMap(OwnCertificate.init)
        if let problem = own?.dateProblem { return explain(problem, "\(peer) refuses \(named): it") }
        let (start, end) = own.map { ("\($0.validity.start)", "\($0.validity.end)") } ?? ("", "")
        let dates = own == nil ? "" : ", but by this machine's clock it is valid: from \(start) to \(end)"
        return MQTTError(
            .clientExpired, "\(peer) says that \(named) has expired\(dates)",
            hint: own == nil ? nil : "compare this machine's clock with the broker's: date -u")
    }

    private func name(of alert: UInt8) -> String {
        "alert \(alert), \(String(cString: SSL_alert_desc_string_long(Int32(alert))))"
    }

    private var anotherService: MQTTError {
        MQTTError(
            .notTLS, "\(peer) does not speak TLS: another service, such as HTTP, is behind that port",
            hint: "the broker's TLS port is usually 8883")
    }

    private func explainErrors() -> MQTTError? {
        // A peer that hangs up says nothing of the reason: whether it speaks TLS at all is judged elsewhere.
        let errors = observation.errors.filter { dojot_error_reason($0) != SSL_R_UNEXPECTED_EOF_WHILE_READING }
        for error in errors {
            switch dojot_error_reason(error) {
            case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_UNKNOWN_PROTOCOL:
                // A broker without TLS closes the connection without an answer: a peer that answers in text is no broker.
                return anotherService
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
