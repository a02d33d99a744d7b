public import Enrollment
import Threads

/// What is done to a fleet through the platform while it is at work: to certificates, and what devices are told.
public final class PlatformWork: Sendable {
    private let crew: CertificateCrew?
    private let probe: EndToEndProbe?
    private let ending = Guarded<BackgroundThread<Void>?>(nil)

    /// Work for a fleet.
    ///
    /// - Parameters:
    ///   - crew: nil where nothing happens to certificates.
    ///   - fleet: whose settings say who is told something.
    public init(_ crew: CertificateCrew?, for fleet: SimulatedFleet) {
        (self.crew, probe) = (crew, fleet.settings.probe)
        probe?.address(fleet.audience)
    }

    /// Begins.
    ///
    /// - Throws: `.cannotCreate` where the system gives no threads.
    public func start() throws(EnrollmentError) {
        do throws(EnrollmentError) {
            try crew?.start()
            try probe?.start()
        } catch {
            stop()
            throw error
        }
    }

    /// How much is still to be heard.
    public var pending: Int { probe?.pending ?? 0 }

    /// Nothing is heard any more.
    public func giveUp() { probe?.giveUp() }

    /// Begins nothing more, and waits for what is under way.
    public func stop() {
        crew?.stop()
        probe?.stop()
    }

    /// Begins nothing more; what is under way is waited for behind the caller's back.
    public func beginStop() {
        ending.withLock { ending in
            guard ending == nil else { return }
            // Where there is no thread to be had, the caller waits.
            do { ending = try BackgroundThread { [self] in stop() } } catch { stop() }
        }
    }

    /// Whether what was under way at `beginStop` is over; asked until it is.
    public func hasStopped() -> Bool {
        ending.withLock { ending in
            guard let thread = ending else { return true }
            guard thread.isFinished else { return false }
            thread.join()
            ending = nil
            return true
        }
    }

    /// What was done since the last call.
    public func takeRecord() -> FleetRecord {
        var record = crew?.takeRecord() ?? FleetRecord()
        if let probe { record.add(probe.takeRecord()) }
        return record
    }
}
