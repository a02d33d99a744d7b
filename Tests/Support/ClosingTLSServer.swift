import Foundation

/// A TLS server that asks for a client's certificate, accepts any, and closes each connection without a reason once the handshake is
/// over, as Node.js does with a certificate that it refuses.
public final class ClosingTLSServer: Sendable {
    public let port: UInt16
    private let server: Child

    /// - Parameters:
    ///   - asksForCertificate: whether it asks for the client's certificate.
    ///   - version: openssl-s_server(1)'s option for the version of TLS, such as "-tls1_2".
    public init(_ certificates: TestCertificates, asksForCertificate: Bool = true, version: String = "-tls1_3") throws {
        guard let openssl = Programs.installed("openssl") else { throw SupportError("openssl is not installed") }
        port = try FreePort.next()
        let server = try Child.start(
            openssl,
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificates.path("broker.crt"), "-key",
                certificates.path("broker.key"), version,
            ] + (asksForCertificate ? ["-verify", "1"] : []))
        guard server.waitFor(output: "ACCEPT") else { throw SupportError("s_server: \(server.errorSoFar)") }
        Thread.detachNewThread {
            var closed = 0
            while server.isRunning {
                let secured = server.outputSoFar.components(separatedBy: "CIPHER is").count - 1
                // q makes it close the present socket at once.
                if secured > closed { server.write("q\n") } else { usleep(5000) }
                closed = secured
            }
        }
        self.server = server
    }

    deinit { server.signal(SIGKILL) }
}
