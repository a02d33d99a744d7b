import BrokerAccess
import Glibc

/// An MQTT broker of the platform: Debian's mosquitto as a child, with our plugin in it, and the sandbox's own connection to it.
final class Broker: Sendable {
    private let process: SupervisedProcess
    private let control: BrokerControl
    /// What stands before it on its ports; nil where it has them itself.
    let relay: BrokerRelay?
    /// Where it listens.
    let address: String
    let securePort: UInt16
    let unsecuredPort: UInt16?

    /// Starts it and waits until it serves.
    ///
    /// - Parameters:
    ///   - configuration: Its files and ports; no port may be 0.
    ///   - relay: What stands on its ports, where that is not itself.
    ///   - admissions: Who is let in, at this start and at each later one.
    ///   - receive: Given the device and the payload of what devices publish on `attrs`.
    ///   - died: Called where mosquitto ended by itself.
    init(
        _ configuration: BrokerConfiguration, installation: BrokerInstallation, relay: BrokerRelay? = nil,
        admissions: Admissions,
        receive: @escaping @Sendable (String, [UInt8]) -> Void, died: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) {
        let access = AccessSettings(
            topics: configuration.topics, identification: configuration.identification,
            isUnsecured: configuration.unsecuredPort != nil)
        try configuration.write()
        let process = SupervisedProcess(
            installation.process(configuration),
            prepare: { () throws(SandboxError) in
                try AtomicFile.write(access.file(admissions.all), to: configuration.accessFile)
            }, died: died)
        let topics = configuration.topics
        do throws(SandboxError) {
            control = try Self.connect(to: process, configuration, access) { topic, payload in
                if let device = topics.device(publishingOn: topic) { receive(device, payload) }
            }
        } catch {
            process.stop()
            throw error
        }
        process.hasServed()
        relay?.start()
        self.relay = relay
        self.process = process
        address = configuration.address
        securePort = configuration.securePort
        unsecuredPort = configuration.unsecuredPort
    }

    /// mosquitto's process id; 0 in the moment between an end and a new start.
    var processIdentifier: pid_t { process.processIdentifier }

    /// Why it cannot go on, if it cannot.
    var failure: SandboxError? { process.failure }

    /// Has the plugin begin with lines; gives the mark to wait for.
    func begin(_ lines: [AccessLine]) throws(SandboxError) -> String { try control.begin(lines) }

    /// Waits until the lines of a mark are carried out.
    func finish(_ mark: String) throws(SandboxError) { try control.finish(mark) }

    /// Has it begin to read the revocation list again; gives what to wait for.
    func beginReload() -> SupervisedProcess.Reload? { process.beginReload() }

    /// Waits until it has read it.
    func finish(_ reload: SupervisedProcess.Reload) throws(SandboxError) { try process.finish(reload) }

    /// Publishes at QoS 0, not retained, as the platform does to devices.
    func publish(_ payload: [UInt8], to topic: String) throws(SandboxError) { try control.publish(payload, to: topic) }

    /// Ends it.
    func stop() {
        control.stop()
        process.stop()
        // Afterwards, or mosquitto would take the end of its connections for their devices' and publish their wills.
        relay?.stop()
    }

    private static func connect(
        to process: SupervisedProcess, _ configuration: BrokerConfiguration, _ access: AccessSettings,
        receive: @escaping BrokerControl.Receiver
    ) throws(SandboxError) -> BrokerControl {
        // It reads a line a name first: a million take a few seconds.
        let deadline = Time.monotonic + 30
        var lastFailure = SandboxError(.broker, "mosquitto does not answer")
        while Time.monotonic < deadline {
            if let failure = process.failure { throw failure }
            if Glibc.access(configuration.socketFile, F_OK) == 0 {
                do throws(SandboxError) {
                    let control = try BrokerControl(
                        socket: configuration.socketFile, access: access,
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
