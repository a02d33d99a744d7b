import Dojot
import MQTT
import Payload

/// What a loop keeps of one device.
struct FleetDevice {
    /// Where it stands.
    enum State: Equatable {
        /// It is not to be connected.
        case off
        /// It may connect as soon as there is room among the handshakes; from when it was due.
        case waiting(since: MonotonicTime)
        case connecting(since: MonotonicTime)
        case connected
        /// It was lost, or refused, and comes back later.
        case pausing
    }

    let name: DeviceName
    let cohort: Cohort
    var state = State.off
    var says: SimulatedDevice
    var random: SplitMix64
    /// Where it publishes; known once its profile was read.
    var attrs = ""
    /// Publications without an acknowledgement, in order: packet identifier, and when it was due.
    var inFlight: [(identifier: Int32, due: MonotonicTime)] = []
    /// How many of them libmosquitto has, with those that were given up.
    var queued: Int32 = 0
    /// When publications were due that wait until it has gone over to another certificate.
    var heldBack: [MonotonicTime] = []
    /// When its SUBSCRIBE went out.
    var subscribed: MonotonicTime?
    /// Attempts that failed and connections that were lost soon, in a row.
    var failures: Int32 = 0
    /// When its connection was accepted; nil where it has none.
    var connectedSince: MonotonicTime?
    /// Goes up whenever it is switched on or off: a timer of before is none of its.
    var life: Int32 = 0
    /// Since when its certificate is being replaced, until it is connected with the other one.
    var renewing: MonotonicTime?
    /// Since when its certificate is no longer good.
    var refusedSince: MonotonicTime?
    /// Whether it was off since then.
    var isOff = false
    /// Whether its identity could not be read the last time.
    var isAbsent = false
    /// Whether its next publication is planned.
    var isPublishing = false
    /// Whether it is switched off as soon as nothing is on its way.
    var isLeaving = false
}

/// A device's next attempt to connect.
struct ConnectTimer: Comparable {
    let time: MonotonicTime
    let device: Int32
    let life: Int32

    static func < (left: ConnectTimer, right: ConnectTimer) -> Bool { left.time < right.time }
}

/// A device's next publication.
struct PublicationTimer: Comparable {
    /// Of the loop's `PublicationClock`.
    let reading: Double
    let device: Int32
    let life: Int32

    static func < (left: PublicationTimer, right: PublicationTimer) -> Bool { left.reading < right.reading }
}
