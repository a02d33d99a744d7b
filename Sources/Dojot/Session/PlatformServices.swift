import Threads

/// Which of the services that differ between releases a platform was found to have; any thread may use it.
final class PlatformServices: Sendable {
    /// A service that stores what devices publish.
    enum History: Sendable, CaseIterable {
        /// `/history` (dojot up to 0.8).
        case history
        /// `/tss` (dojot 0.6 and later; the only one in 1.0).
        case timeSeries
    }

    private let found = Guarded<History?>(nil)

    /// The history service that answered last; nil before any did.
    var history: History? {
        get { found.withLock { $0 } }
        set { found.withLock { $0 = newValue } }
    }
}
