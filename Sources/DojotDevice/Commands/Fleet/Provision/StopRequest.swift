import Glibc
import MQTT

/// The signals that asked a long run to end, SIGINT and SIGTERM; for the main thread alone.
final class StopRequest {
    private let signals: StopSignals
    private var received: [Int32] = []

    /// To be made before any thread is.
    init() throws(MQTTError) { signals = try StopSignals() }

    /// The first that came, or nil.
    var signal: Int32? {
        wait(seconds: 0)
        return received.first
    }

    /// How many came.
    var count: Int { received.count }

    /// Waits for one.
    func wait(seconds: Double) {
        if let signal = signals.wait(until: .after(seconds)) { received.append(signal) }
    }

    /// An error that ended the run, as its user reads it: one that comes of a signal ends the program as that signal does.
    func failure(_ error: any Error) -> Failure {
        let failure = Failure(error)
        guard failure.exitCode == .interrupted, let signal else { return failure }
        return Failure(Self.exitCode(signal), failure.message, hint: failure.hint)
    }

    /// How the program ends for it.
    static func exitCode(_ signal: Int32) -> ExitCode { signal == SIGTERM ? .terminated : .interrupted }
}
