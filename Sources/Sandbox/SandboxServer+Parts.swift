import Glibc

/// The parts of a sandbox, each started on its own.
extension SandboxServer {
    static func startBroker(
        _ options: SandboxOptions, in folder: String, _ installation: BrokerInstallation,
        _ authority: CertificateAuthority, _ state: PlatformState, _ faults: Faults,
        note: @escaping @Sendable (String) -> Void,
        receive: @escaping @Sendable (String, [UInt8]) -> Void
    ) throws(SandboxError) -> Broker {
        // A free port may be taken by another before mosquitto listens on it: another one is tried.
        for attempt in 1... {
            let secure = try ListeningSocket(
                address: options.address, port: options.securePort, for: "MQTT over TLS", option: "--mqtt-port")
            let unsecured = try options.unsecuredPort.map { port throws(SandboxError) in
                try ListeningSocket(
                    address: options.address, port: port, for: "MQTT without TLS", option: "--unsecured-port")
            }
            let ports = (secure.port, unsecured?.port)
            if !options.hasBrokerRelay {
                secure.close()
                unsecured?.close()
            }
            let configuration = BrokerConfiguration(
                folder: folder + "/broker", address: options.address, securePort: ports.0, unsecuredPort: ports.1,
                isRelayed: options.hasBrokerRelay,
                topics: DeviceTopics(kind: options.effectiveBrokerKind, tenant: options.tenant),
                authorityFile: authority.certificateFile,
                certificateFile: authority.brokerCertificateFile, keyFile: authority.brokerKeyFile,
                revocationListFile: authority.revocationListFile, isPersistent: options.directory != nil,
                pluginFile: installation.plugin)
            let relay =
                try options.hasBrokerRelay ? makeRelay(secure, unsecured, configuration, faults) : nil
            do throws(SandboxError) {
                return try Broker(
                    configuration, installation: installation, relay: relay,
                    admissions: state.admissions(of: state.devices.map(\.id), options), receive: receive, died: note)
            } catch {
                let isTaken = error.message.contains("Address already in use")
                guard isTaken, attempt < 5, options.securePort == 0 || options.unsecuredPort == 0 else { throw error }
            }
        }
        throw SandboxError(.broker, "no free port for the broker")
    }

    private static func makeRelay(
        _ secure: ListeningSocket, _ unsecured: ListeningSocket?, _ configuration: BrokerConfiguration, _ faults: Faults
    ) throws(SandboxError) -> BrokerRelay {
        let tls = BrokerRelay.Door(
            listener: secure.takeDescriptor(), path: configuration.secureSocketFile, isSecured: true)
        let plain = unsecured.map {
            BrokerRelay.Door(
                listener: $0.takeDescriptor(), path: configuration.unsecuredSocketFile, isSecured: false)
        }
        return try BrokerRelay([tls] + (plain.map { [$0] } ?? []), faults: faults)
    }

    static func readState(_ path: String) throws(SandboxError) -> PlatformState {
        guard let bytes = try AtomicFile.read(path) else { return PlatformState() }
        guard let state = JSON.decode(PlatformState.self, from: bytes) else {
            throw SandboxError(.file, "\(path) is not a state of the sandbox", hint: "use another --dir, or remove it")
        }
        return state
    }

    static func makeTemporaryFolder() throws(SandboxError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/dojot-sandbox.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw SandboxError.file("make a folder in", parent, errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Puts TLS in front of the gateway.
    static func startTLS(
        _ options: SandboxOptions, in folder: String, _ installation: NginxInstallation, gatewayPort: UInt16,
        note: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) -> (gateway: TLSGateway, authority: HTTPSAuthority) {
        let authority = try HTTPSAuthority(in: folder + "/authority", names: options.gatewayGeneralNames)
        let wanted = options.httpsPort ?? 0
        let gateway = options.address == "0.0.0.0" ? "127.0.0.1" : options.address
        // As with the broker: a free port may be taken by another before nginx listens on it.
        for attempt in 1... {
            let listener = try ListeningSocket(
                address: options.address, port: wanted, for: "HTTPS", option: "--https-port")
            listener.close()
            let configuration = NginxConfiguration(
                folder: folder + "/https", address: options.address, port: listener.port,
                gateway: "\(gateway):\(gatewayPort)", certificates: "../authority")
            do throws(SandboxError) {
                return (try TLSGateway(configuration, installation, died: note), authority)
            } catch {
                guard error.message.contains("could not bind"), attempt < 5, wanted == 0 else { throw error }
            }
        }
        throw SandboxError(.server, "no free port for HTTPS")
    }
}
