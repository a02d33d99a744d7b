import CMosquitto
import Glibc

/// One TLS handshake of our own making, under the context that the client has, which goes on whatever the broker's certificate is.
final class TLSHandshake {
    private let ssl: OpaquePointer
    private let context: TLSContext
    private let socket: ProbeSocket
    private let peer: String
    private var greeting: [UInt8] = []

    /// - Throws: where the files of keys and certificates cannot be used.
    init(_ configuration: TLSConfiguration, host: String, peer: String, over socket: consuming ProbeSocket)
        throws(MQTTError)
    {
        var configuration = configuration
        configuration.toleratesServer = true
        context = try TLSContext(configuration, host: host)
        self.socket = socket
        self.peer = peer
        guard let ssl = SSL_new(context.pointer) else {
            throw MQTTError(.library, "OpenSSL cannot make a TLS connection: \(OpenSSLErrors.drain())")
        }
        self.ssl = ssl
        SSL_set_fd(ssl, self.socket.descriptor)
    }

    deinit { SSL_free(ssl) }

    /// Shakes hands, and gives what was seen.
    ///
    /// - Parameter late: what to say where it has not ended by `end`.
    func run(until end: MonotonicTime, late: MQTTError) -> TLSReport {
        var report = TLSReport()
        report.failure = shakeHands(until: end, late: late)
        context.observation.letGo()
        report.greeting = [.notTLS, .handshakeClosed].contains(report.failure?.code) ? greeting : []
        if report.failure == nil {
            report.version = String(cString: SSL_get_version(ssl))
            report.cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) }
        }
        report.chain = chain
        report.refusals = seen.refusals
        report.asksForCertificate = context.observation.certificateWasRequested
        report.acceptedAuthorities = acceptedAuthorities
        return report
    }

    private func shakeHands(until end: MonotonicTime, late: MQTTError) -> MQTTError? {
        while true {
            if greeting.isEmpty { greeting = socket.peek() }
            ERR_clear_error()
            let code = SSL_connect(ssl)
            if code == 1 { return nil }
            let event: Int32
            switch SSL_get_error(ssl, code) {
            case SSL_ERROR_WANT_READ: event = POLLIN
            case SSL_ERROR_WANT_WRITE: event = POLLOUT
            default: return seen.closed()
            }
            guard ProbeSocket.wait(socket.descriptor, for: event, until: end) else { return late }
        }
    }

    /// What was seen, for why the handshake failed.
    private var seen: TLSFailure {
        TLSFailure(
            observation: context.observation, configuration: context.configuration,
            certificateFile: context.configuration.certificateFile, peer: peer)
    }

    private var chain: [[UInt8]] {
        guard let stack = SSL_get_peer_cert_chain(ssl) else { return [] }
        return (0..<max(0, dojot_x509_count(stack))).map { index in
            let certificate = dojot_x509_at(stack, index)
            let length = Int(i2d_X509(certificate, nil))
            guard length > 0 else { return [] }
            return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                var cursor = buffer.baseAddress
                count = max(0, Int(i2d_X509(certificate, &cursor)))
            }
        }
    }

    private var acceptedAuthorities: [String] {
        guard let stack = SSL_get_client_CA_list(ssl) else { return [] }
        return (0..<max(0, dojot_x509_name_count(stack))).map {
            CertificateSummary.text(dojot_x509_name_at(stack, $0))
        }
    }
}

extension BrokerProbe {
    /// Makes a TLS connection, also where the options ask for none, shows our certificate where it is asked for, and lets go again.
    ///
    /// Under TLS 1.3 the broker may still refuse our certificate after that: a session tells (`open`).
    public func secure(_ target: Target) -> TLSReport {
        var report = TLSReport()
        let end = MonotonicTime.after(options.timeout)
        let socket = ProbeSocket(connectingTo: target.address)
        let late = MQTTError(.timeout, "no end of the TLS handshake from \(options.peer) within \(spelledTimeout)")
        guard ProbeSocket.wait(socket.descriptor, for: POLLOUT, until: end) else {
            report.failure = late
            return report
        }
        do throws(MQTTError) {
            let handshake = try TLSHandshake(
                options.tls ?? TLSConfiguration(), host: options.host, peer: options.peer, over: socket)
            return handshake.run(until: end, late: late)
        } catch {
            report.failure = error
            return report
        }
    }
}
