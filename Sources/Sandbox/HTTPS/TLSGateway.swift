import Glibc

/// TLS in front of the gateway: Debian's nginx as a child, as dojot's own gateway is one.
final class TLSGateway: Sendable {
    let port: UInt16
    private let process: SupervisedProcess

    /// Starts it and waits until it serves.
    ///
    /// - Parameters:
    ///   - configuration: Its files and its port, which may not be 0.
    ///   - died: Called where nginx ended by itself.
    init(
        _ configuration: NginxConfiguration, _ installation: NginxInstallation,
        died: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) {
        try configuration.write()
        port = configuration.port
        process = SupervisedProcess(installation.process(configuration), died: died)
        let deadline = Time.monotonic + 10
        while !configuration.isServed(by: process.processIdentifier) {
            if let failure = process.failure { throw failure }
            guard Time.monotonic < deadline else {
                process.stop()
                throw SandboxError(.server, "nginx does not answer")
            }
            usleep(5000)
        }
        process.hasServed()
    }

    /// nginx's process id; 0 in the moment between an end and a new start.
    var processIdentifier: pid_t { process.processIdentifier }

    /// Why it cannot go on, if it cannot.
    var failure: SandboxError? { process.failure }

    /// Ends it.
    func stop() { process.stop() }
}
