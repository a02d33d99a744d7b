import MQTT
import Synchronization
import Threads

/// What a fleet's loops are told while they run, and what they tell.
final class FleetControl: Sendable {
    /// What the loops do.
    enum Phase: Int {
        case running
        /// Nothing more is published; what is on its way is waited for.
        case draining
        /// All leave.
        case stopping
    }

    /// What one loop has done since it was asked last, and how it stands.
    struct Account: Sendable {
        var record = FleetRecord()
        /// Connections that stand.
        var connected: [Cohort: Int] = [:]
        /// Publications without an acknowledgement, and those that wait for their device to go over to another certificate.
        var outstanding = 0
        /// Whether the loop knows that nothing more is to be published; until it does it may be about to.
        var isDraining = false
    }

    private let targetCount = Atomic<Int>(0)
    private let phaseNumber = Atomic<Int>(Phase.running.rawValue)
    private let rateBits = Atomic<UInt64>(Double.nan.bitPattern)
    /// One for each loop.
    let accounts: [LockedAccount]

    /// What happened to a device's certificate, for its loop.
    struct Order: Sendable {
        enum Kind: Sendable {
            /// Another one is in its place.
            case renewed
            /// It was taken back.
            case revoked
            /// Its time is over.
            case expired
        }

        let kind: Kind
        /// The device's place among the loop's.
        let device: Int
        /// Since when: for one that is renewed, when that was begun.
        let since: MonotonicTime
    }

    /// A loop's account: filled by the loop, emptied by whoever asks.
    final class LockedAccount: Sendable {
        private let account = Guarded(Account())
        private let orders = Guarded<[Order]>([])
        /// The loop's devices that have a SUBACK, by their place among its own.
        private let subscribed = Guarded<Set<Int>>([])

        func isSubscribed(_ device: Int) -> Bool { subscribed.withLock { $0.contains(device) } }

        func note(_ device: Int, isSubscribed: Bool) {
            subscribed.withLock { if isSubscribed { $0.insert(device) } else { $0.remove(device) } }
        }

        func give(_ order: Order) { orders.withLock { $0.append(order) } }

        /// All that were given since the last call.
        func takeOrders() -> [Order] {
            orders.withLock { orders in
                defer { orders = [] }
                return orders
            }
        }

        func withLock<Value: Sendable>(_ body: (inout Account) -> Value) -> Value {
            account.withLock { body(&$0) }
        }
    }

    init(loops: Int) { accounts = (0..<loops).map { _ in LockedAccount() } }

    /// How many of the fleet's devices are to be connected, the first ones.
    var target: Int {
        get { targetCount.load(ordering: .relaxed) }
        set { targetCount.store(newValue, ordering: .relaxed) }
    }

    /// Messages a second of all, in place of the settings' pace; nil for that.
    var rate: Double? {
        get {
            let value = Double(bitPattern: rateBits.load(ordering: .relaxed))
            return value.isNaN ? nil : value
        }
        set { rateBits.store((newValue ?? .nan).bitPattern, ordering: .relaxed) }
    }

    /// Whether every loop has seen that nothing more is to be published, and has nothing on its way.
    var isDrained: Bool { accounts.allSatisfy { $0.withLock { $0.isDraining && $0.outstanding == 0 } } }

    var phase: Phase {
        get { Phase(rawValue: phaseNumber.load(ordering: .acquiring)) ?? .stopping }
        set { phaseNumber.store(newValue.rawValue, ordering: .releasing) }
    }
}
