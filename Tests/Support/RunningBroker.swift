public import Foundation

/// A mosquitto of a test's own on a free port, configured by hand; it is killed when the last reference goes.
public final class RunningBroker: @unchecked Sendable {  // what changes is used by the test's own thread alone
    public let port: UInt16
    public let folder: TemporaryFolder
    private let configuration: String
    private var child: Child?

    /// Starts it on 127.0.0.1 and ::1.
    ///
    /// - Parameters:
    ///   - certificates: with them it speaks TLS, with the key and certificate of `name`.
    ///   - authorities: the file of those whose certificates it takes from clients, in place of `certificates`' own.
    ///   - settings: lines added to its configuration file.
    public init(
        certificates: TestCertificates? = nil, name: String = "broker", asksForCertificate: Bool = true,
        authorities: String? = nil, settings: [String] = []
    ) throws {
        port = try FreePort.next()
        folder = try TemporaryFolder()
        var lines = [
            "listener \(port) localhost", "allow_anonymous true", "log_dest file \(folder.url.path)/log",
            "persistence_location \(folder.url.path)/", "user root", "connection_messages true",
        ]
        if let certificates {
            lines += [
                "cafile \(authorities ?? certificates.path("ca.crt"))", "certfile \(certificates.path("\(name).crt"))",
                "keyfile \(certificates.path("\(name).key"))", "require_certificate \(asksForCertificate)",
            ]
        }
        let file = folder.url.appendingPathComponent("mosquitto.conf")
        try (lines + settings).joined(separator: "\n").appending("\n").write(
            to: file, atomically: true, encoding: .utf8)
        configuration = file.path
        try start()
    }

    /// Starts it again after `stop`, on the same port, with what it saved.
    public func start() throws {
        guard let program = Programs.installed("mosquitto") else { throw SupportError("mosquitto is not installed") }
        for _ in 0..<3 {
            let started = try Child.start(program, ["-c", configuration])
            child = started
            let end = Date(timeIntervalSinceNow: 10)
            while started.isRunning && Date() < end {
                if Self.answers(port) { return }
                usleep(10_000)
            }
        }
        throw SupportError("mosquitto did not start: \(log) \(child?.errorSoFar ?? "")")
    }

    /// Ends it by a signal and waits for that.
    public func stop(_ signal: Int32 = SIGTERM) {
        child?.signal(signal)
        _ = child?.wait(timeout: 10)
        child = nil
    }

    /// Sends it a signal, such as SIGHUP to read its files again, or SIGSTOP.
    public func signal(_ number: Int32) { child?.signal(number) }

    /// What it has logged.
    public var log: String { (try? String(contentsOfFile: "\(folder.url.path)/log", encoding: .utf8)) ?? "" }

    private static func answers(_ port: UInt16) -> Bool {
        guard let descriptor = LoopbackSocket.connected(to: port) else { return false }
        close(descriptor)
        return true
    }
}
