import Threads

/// The brokers of a sandbox, each on its address.
extension SandboxServer {
    /// What all of them have in common.
    struct BrokerParts: Sendable {
        let folder: String
        let installation: BrokerInstallation
        let authority: CertificateAuthority
        let admissions: Admissions
        let faults: Faults
        let note: @Sendable (String) -> Void
        let receive: @Sendable (String, [UInt8]) -> Void
    }

    static func startBrokers(_ options: SandboxOptions, _ parts: BrokerParts) throws(SandboxError) -> Brokers {
        // A free port may be taken by another before mosquitto listens on it, or on another address: another one is tried.
        for attempt in 1... {
            var started: [Broker] = []
            do throws(SandboxError) {
                let addresses = options.brokerAddresses
                started.append(
                    try startBroker(
                        options, parts, at: addresses[0], folder: "broker",
                        ports: (options.securePort, options.unsecuredPort)))
                // The others have the ports of the first, and are started side by side: each reads the names of a whole fleet.
                let ports = (started[0].securePort, started[0].unsecuredPort)
                let others = Guarded<[Int: Result<Broker, SandboxError>]>([:])
                let threads = addresses.indices.dropFirst().map { index in
                    WorkerThread {
                        let result = Result { () throws(SandboxError) in
                            try startBroker(
                                options, parts, at: addresses[index], folder: "broker-\(index + 1)", ports: ports)
                        }
                        others.withLock { $0[index] = result }
                    }
                }
                for thread in threads { thread.join() }
                let results = others.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
                started += results.compactMap { try? $0.get() }
                for result in results { _ = try result.get() }
                return Brokers(started, parts.admissions)
            } catch {
                for broker in started { broker.stop() }
                let isTaken = error.code == .portInUse || error.message.contains("Address already in use")
                guard isTaken, attempt < 5, options.securePort == 0 || options.unsecuredPort == 0 else { throw error }
            }
        }
        throw SandboxError(.broker, "no free port for the broker")
    }

    private static func startBroker(
        _ options: SandboxOptions, _ parts: BrokerParts, at address: String, folder: String,
        ports: (secure: UInt16, unsecured: UInt16?)
    ) throws(SandboxError) -> Broker {
        let secure = try ListeningSocket(
            address: address, port: ports.secure, for: "MQTT over TLS", option: "--mqtt-port")
        let unsecured = try ports.unsecured.map { port throws(SandboxError) in
            try ListeningSocket(address: address, port: port, for: "MQTT without TLS", option: "--unsecured-port")
        }
        let taken = (secure.port, unsecured?.port)
        if !options.hasBrokerRelay {
            secure.close()
            unsecured?.close()
        }
        let authority = parts.authority
        let configuration = BrokerConfiguration(
            folder: parts.folder + "/" + folder, address: address, securePort: taken.0, unsecuredPort: taken.1,
            isRelayed: options.hasBrokerRelay,
            topics: DeviceTopics(kind: options.effectiveBrokerKind, tenant: options.tenant),
            identification: options.release.identification,
            authorityFile: authority.certificateFile,
            certificateFile: authority.brokerCertificateFile, keyFile: authority.brokerKeyFile,
            revocationListFile: authority.revocationListFile, isPersistent: options.directory != nil,
            pluginFile: parts.installation.plugin)
        try AtomicFile.makeFolder(configuration.folder)
        let relay =
            try options.hasBrokerRelay ? makeRelay(options, secure, unsecured, configuration, parts.faults) : nil
        return try Broker(
            configuration, installation: parts.installation, relay: relay, admissions: parts.admissions,
            receive: parts.receive, died: parts.note)
    }

    private static func makeRelay(
        _ options: SandboxOptions, _ secure: ListeningSocket, _ unsecured: ListeningSocket?,
        _ configuration: BrokerConfiguration, _ faults: Faults
    ) throws(SandboxError) -> BrokerRelay {
        let tls = BrokerRelay.Door(
            listener: secure.takeDescriptor(), path: configuration.secureSocketFile, isSecured: true,
            isSilent: options.refusesSilently)
        let plain = unsecured.map {
            BrokerRelay.Door(
                listener: $0.takeDescriptor(), path: configuration.unsecuredSocketFile, isSecured: false)
        }
        return try BrokerRelay([tls] + (plain.map { [$0] } ?? []), faults: faults)
    }
}
