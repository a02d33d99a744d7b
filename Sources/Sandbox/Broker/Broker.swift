import Glibc

/// The platform's MQTT broker: Debian's mosquitto as a child, its access lists, and the sandbox's own connection to it.
final class Broker: Sendable {
    private let process: SupervisedProcess
    private let control: BrokerControl
    private let security: DynamicSecurity
    /// The names by which each device is let in.
    private let admitted: Guarded<[String: [String]]>
    /// What stands before it on its ports; nil where it has them itself.
    let relay: BrokerRelay?
    let securePort: UInt16
    let unsecuredPort: UInt16?

    /// Starts it and waits until it serves.
    ///
    /// - Parameters:
    ///   - configuration: Its files and ports; no port may be 0.
    ///   - relay: What stands on its ports, where that is not itself.
    ///   - admissions: The devices that are there, and who of them is let in.
    ///   - receive: Given the device and the payload of what devices publish on `attrs`.
    ///   - died: Called where mosquitto ended by itself.
    init(
        _ configuration: BrokerConfiguration, installation: BrokerInstallation, relay: BrokerRelay? = nil,
        admissions: [Admission],
        receive: @escaping @Sendable (String, [UInt8]) -> Void, died: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) {
        // A name that no certificate bears: whoever had one of that name would be let in as the sandbox itself.
        let security = DynamicSecurity(
            topics: configuration.topics, isUnsecured: configuration.unsecuredPort != nil,
            controlName: "sandbox-" + Random.hex(digits: 32), controlPassword: Random.hex(digits: 32))
        try configuration.write()
        try AtomicFile.write(security.file(admissions), to: configuration.securityFile)
        let watch = ClientWatch(security)
        let process = SupervisedProcess(
            installation.process(configuration), observe: { watch.look(at: $0) }, died: died)
        let topics = configuration.topics
        do throws(SandboxError) {
            control = try Self.connect(to: process, configuration, security) { topic, payload in
                if let device = topics.device(publishingOn: topic) { receive(device, payload) }
            }
        } catch {
            process.stop()
            throw error
        }
        process.hasServed()
        if topics.kind == .mosca { watch.begin(with: control) }
        relay?.start()
        self.relay = relay
        self.process = process
        self.security = security
        admitted = Guarded(Dictionary(admissions.map { ($0.device, $0.names) }) { first, _ in first })
        securePort = configuration.securePort
        unsecuredPort = configuration.unsecuredPort
    }

    /// mosquitto's process id; 0 in the moment between an end and a new start.
    var processIdentifier: pid_t { process.processIdentifier }

    /// Why it cannot go on, if it cannot.
    var failure: SandboxError? { process.failure }

    /// Makes devices known, and lets them in by their names.
    func add(_ admissions: [Admission]) throws(SandboxError) {
        try control.carryOut(admissions.flatMap { security.adding($0) })
        admitted.withLock { admitted in
            for admission in admissions { admitted[admission.device] = admission.names }
        }
    }

    /// Lets a device that is known in by these names and by no others: the sessions of the others end.
    func admit(_ admission: Admission) throws(SandboxError) {
        // One that is about to be added will be so with the names that it has by then.
        guard let before = admitted.withLock({ $0[admission.device] }) else { return }
        let now = admission.names
        let more = Admission(device: admission.device, names: now.filter { !before.contains($0) })
        try control.carryOut(security.admitting(more) + security.expelling(before.filter { !now.contains($0) }))
        admitted.withLock { $0[admission.device] = now }
    }

    /// Shuts a device out, ends its sessions and forgets it.
    func remove(_ device: String) throws(SandboxError) {
        let names = admitted.withLock { $0.removeValue(forKey: device) } ?? []
        try control.carryOut(security.removing(Admission(device: device, names: names)))
    }

    /// Ends the sessions of whoever is let in by these names; they may come again.
    func dropSessions(of names: Set<String>) throws(SandboxError) {
        let bearers = admitted.withLock { $0.values.joined().filter { names.contains($0) } }
        try control.carryOut(bearers.flatMap { security.interrupting($0) })
    }

    /// Has it read the revocation list again.
    func reload() throws(SandboxError) { try process.reload() }

    /// Sends a device what it is to do.
    func actuate(_ device: String, _ payload: [UInt8]) throws(SandboxError) {
        for topic in security.topics.configuration(of: device) { try control.publish(payload, to: topic) }
    }

    /// Ends it.
    func stop() {
        control.stop()
        process.stop()
        // Afterwards, or mosquitto would take the end of its connections for their devices' and publish their wills.
        relay?.stop()
    }

    private static func connect(
        to process: SupervisedProcess, _ configuration: BrokerConfiguration, _ security: DynamicSecurity,
        receive: @escaping BrokerControl.Receiver
    ) throws(SandboxError) -> BrokerControl {
        let deadline = Time.monotonic + 10
        var lastFailure = SandboxError(.broker, "mosquitto does not answer")
        while Time.monotonic < deadline {
            if let failure = process.failure { throw failure }
            if access(configuration.socketFile, F_OK) == 0 {
                do throws(SandboxError) {
                    let control = try BrokerControl(
                        socket: configuration.socketFile, security: security,
                        topics: configuration.topics.allAttributes, receive: receive)
                    if control.waitUntilReady(seconds: 5) { return control }
                    control.stop()
                } catch { lastFailure = error }
            }
            usleep(5000)
        }
        throw lastFailure
    }
}
