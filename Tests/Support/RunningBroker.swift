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
        folder = try TemporaryFolder()
        let log = "\(folder.url.path)/log"
        var lines = [
            "allow_anonymous true", "log_dest file \(log)", "persistence_location \(folder.url.path)/", "user root",
            "connection_messages true",
        ]
        if let certificates {
            lines += [
                "cafile \(authorities ?? certificates.path("ca.crt"))", "certfile \(certificates.path("\(name).crt"))",
                "keyfile \(certificates.path("\(name).key"))", "require_certificate \(asksForCertificate)",
            ]
        }
        configuration = folder.url.appendingPathComponent("mosquitto.conf").path
        // A port that was free a moment ago can be another's by the time that mosquitto asks for it.
        for _ in 0..<5 {
            let port = try FreePort.next()
            try (["listener \(port) localhost"] + lines + settings).joined(separator: "\n").appending("\n").write(
                toFile: configuration, atomically: true, encoding: .utf8)
            guard let child = try Self.start(configuration, log: log) else { continue }
            (self.port, self.child) = (port, child)
            return
        }
        throw SupportError("mosquitto did not start: \(Self.text(of: log))")
    }

    /// Starts it again after `stop`, on the same port, with what it saved.
    public func start() throws {
        let end = Date(timeIntervalSinceNow: 30)
        repeat {
            child = try Self.start(configuration, log: "\(folder.url.path)/log")
            if child != nil { return }
            usleep(100_000)
        } while Date() < end
        throw SupportError("mosquitto did not start: \(log)")
    }

    /// Starts mosquitto and waits until it says that it runs: that its port answers could be another's doing.
    ///
    /// - Returns: nil where it ended instead.
    private static func start(_ configuration: String, log: String) throws -> Child? {
        guard let program = Programs.installed("mosquitto") else { throw SupportError("mosquitto is not installed") }
        func runs() -> Int { text(of: log).components(separatedBy: " running\n").count }
        let before = runs()
        let child = try Child.start(program, ["-c", configuration])
        let end = Date(timeIntervalSinceNow: 30)
        while child.isRunning && Date() < end {
            if runs() > before { return child }
            usleep(10_000)
        }
        return nil
    }

    /// Ends it by a signal and waits for that.
    public func stop(_ signal: Int32 = SIGTERM) {
        child?.signal(signal)
        // It saves what it has; killed in the middle of that it would have lost it.
        _ = child?.wait(timeout: 60)
        child = nil
    }

    /// Sends it a signal, such as SIGHUP to read its files again, or SIGSTOP.
    public func signal(_ number: Int32) { child?.signal(number) }

    /// What it has logged.
    public var log: String { Self.text(of: "\(folder.url.path)/log") }

    private static func text(of file: String) -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
}
