import Glibc

/// The platform's MQTT broker: Debian's mosquitto as a child, its access lists, and the sandbox's own connection to it.
final class Broker: Sendable {
    private let process: BrokerProcess
    private let control: BrokerControl
    private let security: DynamicSecurity
    private let names: @Sendable (String) -> [String]
    let securePort: UInt16
    let unsecuredPort: UInt16?

    /// Starts it and waits until it serves.
    ///
    /// - Parameters:
    ///   - configuration: Its files and ports; no port may be 0.
    ///   - devices: The devices that are there.
    ///   - names: The names that a device's certificates may bear.
    ///   - receive: Given the device and the payload of what devices publish on `attrs`.
    ///   - died: Called where mosquitto ended by itself.
    init(
        _ configuration: BrokerConfiguration, installation: BrokerInstallation, devices: [String],
        names: @escaping @Sendable (String) -> [String], receive: @escaping @Sendable (String, [UInt8]) -> Void,
        died: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) {
        let security = DynamicSecurity(
            tenant: configuration.tenant, isUnsecured: configuration.unsecuredPort != nil,
            controlName: "sandbox", controlPassword: Random.hex(digits: 32))
        try configuration.write()
        try AtomicFile.write(security.file(devices: devices, names: names), to: configuration.securityFile)
        let watch = ClientWatch(security)
        let process = BrokerProcess(installation, configuration, observe: { watch.look(at: $0) }, died: died)
        let tenant = configuration.tenant
        do throws(SandboxError) {
            control = try Self.connect(to: process, configuration, security) { topic, payload in
                let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 4, parts[1] == tenant else { return }
                receive(String(parts[2]), payload)
            }
        } catch {
            process.stop()
            throw error
        }
        process.hasServed()
        watch.begin(with: control)
        self.process = process
        self.security = security
        self.names = names
        securePort = configuration.securePort
        unsecuredPort = configuration.unsecuredPort
    }

    /// mosquitto's process id; 0 in the moment between an end and a new start.
    var processIdentifier: pid_t { process.processIdentifier }

    /// Why it cannot go on, if it cannot.
    var failure: SandboxError? { process.failure }

    /// Lets devices in.
    func add(_ devices: [String]) throws(SandboxError) { try control.carryOut(security.adding(devices, names: names)) }

    /// Shuts a device out and ends its sessions.
    func remove(_ device: String) throws(SandboxError) {
        try control.carryOut(security.removing(device, names: names(device)))
    }

    /// Ends the sessions of whoever bears these names; they may come again.
    func dropSessions(of commonNames: [String], devices: [String]) throws(SandboxError) {
        let wanted = Set(commonNames)
        let commands = devices.flatMap { device in
            names(device).filter { wanted.contains($0) }.flatMap { security.interrupting($0) }
        }
        try control.carryOut(commands)
    }

    /// Has it read the revocation list again.
    func reload() throws(SandboxError) { try process.reload() }

    /// Sends a device what it is to do.
    func actuate(_ device: String, _ payload: [UInt8]) throws(SandboxError) {
        try control.publish(payload, to: "/\(security.tenant)/\(device)/config")
    }

    /// Ends it.
    func stop() {
        control.stop()
        process.stop()
    }

    private static func connect(
        to process: BrokerProcess, _ configuration: BrokerConfiguration, _ security: DynamicSecurity,
        receive: @escaping BrokerControl.Receiver
    ) throws(SandboxError) -> BrokerControl {
        let deadline = Time.monotonic + 10
        var lastFailure = SandboxError(.broker, "mosquitto does not answer")
        while Time.monotonic < deadline {
            if let failure = process.failure { throw failure }
            if access(configuration.socketFile, F_OK) == 0 {
                do throws(SandboxError) {
                    let topics = ["/\(configuration.tenant)/+/attrs"]
                    let control = try BrokerControl(
                        socket: configuration.socketFile, security: security, topics: topics, receive: receive)
                    if control.waitUntilReady(seconds: 5) { return control }
                    control.stop()
                } catch { lastFailure = error }
            }
            usleep(5000)
        }
        throw lastFailure
    }
}
