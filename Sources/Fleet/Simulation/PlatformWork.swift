public import Enrollment
public import MQTT
import Threads

/// What is done to a fleet through the platform while it is at work: to certificates, what devices are told, and what is followed to
/// the history.
public final class PlatformWork: Sendable {
    private let crew: CertificateCrew?
    private let probe: EndToEndProbe?
    private let history: HistoryProbe?
    private let ending = Guarded<BackgroundThread<Void>?>(nil)

    /// Work for a fleet.
    ///
    /// - Parameters:
    ///   - crew: nil where nothing happens to certificates.
    ///   - fleet: whose settings say who is told something, and what is followed.
    public init(_ crew: CertificateCrew?, for fleet: SimulatedFleet) {
        (self.crew, probe, history) = (crew, fleet.settings.probe, fleet.settings.historyProbe)
        probe?.address(fleet.audience)
    }

    /// Begins.
    ///
    /// - Parameters:
    ///   - begin: when the run began: the times of what happens to certificates count from then.
    ///   - first: what was due before that is left out; nil for nothing.
    /// - Throws: `.cannotCreate` where the system gives no threads.
    public func start(since begin: MonotonicTime, from first: MonotonicTime? = nil) throws(EnrollmentError) {
        do throws(EnrollmentError) {
            try crew?.start(since: begin, from: first ?? begin)
            try probe?.start()
            try history?.start()
        } catch {
            stop()
            giveUp()
            throw error
        }
    }

    /// How much is still to be heard, and to be found in the history.
    public var pending: Int { (probe?.pending ?? 0) + (history?.pending ?? 0) }

    /// Begins nothing more, and waits for what is under way; what is followed to the history is looked for still.
    public func stop() {
        crew?.stop()
        probe?.stop()
    }

    /// Nothing is heard any more, nor looked for.
    public func giveUp() {
        probe?.giveUp()
        history?.stop()
    }

    /// Stops behind the caller's back.
    public func beginStop() { behind { [self] in stop() } }

    /// Gives up behind the caller's back; once nothing else is done there.
    public func beginGivingUp() { behind { [self] in giveUp() } }

    /// Whether what was begun behind the caller's back is over; asked until it is.
    public func isSettled() -> Bool {
        ending.withLock { ending in
            guard let thread = ending else { return true }
            guard thread.isFinished else { return false }
            thread.join()
            ending = nil
            return true
        }
    }

    private func behind(_ work: @escaping @Sendable () -> Void) {
        ending.withLock { ending in
            guard ending == nil else { return }
            // Where there is no thread to be had, the caller waits.
            do { ending = try BackgroundThread(work) } catch { work() }
        }
    }

    /// What was done since the last call.
    public func takeRecord() -> FleetRecord {
        var record = crew?.takeRecord() ?? FleetRecord()
        if let probe { record.add(probe.takeRecord()) }
        if let history { record.add(history.takeRecord()) }
        return record
    }
}
