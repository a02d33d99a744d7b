import Enrollment
import Glibc
import MQTT
import Synchronization
import Threads

/// Serves metrics to Prometheus over HTTP/1.1, on a thread of its own: `GET /metrics`, and nothing else.
///
/// There is no TLS, and no login: it is meant for loopback, or for a network of one's own. Few connections are held at a time,
/// none for longer than some seconds, and no more of a request is kept than a line that could be right.
public final class MetricsServer: Sendable {
    /// What stays between the thread and those who hand over.
    private final class Shared: Sendable {
        let text = Guarded<[UInt8]>([])
        let isStopped = Atomic<Bool>(false)
    }

    /// Where it listens; the port is the one that it got.
    public let address: MetricsAddress
    private let shared: Shared
    private let thread: BackgroundThread<Bool>

    /// Begins to listen and to serve.
    ///
    /// - Throws: `FleetError` with `.cannotListen`.
    public init(_ address: MetricsAddress) throws(FleetError) {
        let listener = try ListeningSocket(address)
        let shared = Shared()
        self.shared = shared
        self.address = MetricsAddress(host: address.host, port: listener.port)
        let descriptor = listener.takeDescriptor()
        do throws(EnrollmentError) {
            thread = try BackgroundThread {
                var loop = MetricsLoop(listener: descriptor) { shared.text.withLock { $0 } }
                while !shared.isStopped.load(ordering: .acquiring) { loop.turn() }
                loop.close()
                return true
            }
        } catch {
            close(descriptor)
            throw FleetError(.cannotListen, error.message)
        }
    }

    deinit { stop() }

    /// Serves this from now on.
    public func serve(_ text: PrometheusText) {
        let bytes = text.bytes
        shared.text.withLock { $0 = bytes }
    }

    /// Ends it, within a tenth of a second; what it was sending is cut off.
    public func stop() {
        guard shared.isStopped.exchange(true, ordering: .acquiringAndReleasing) == false else { return }
        _ = thread.join()
    }
}
