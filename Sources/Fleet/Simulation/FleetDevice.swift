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
    /// When its SUBSCRIBE went out.
    var subscribed: MonotonicTime?
    /// Attempts in a row that failed.
    var failedAttempts = 0
    /// Goes up whenever it is switched on or off: a timer of before is none of its.
    var life: Int32 = 0
    /// Since when its certificate is being replaced, until it is connected with the other one.
    var renewing: MonotonicTime?
    /// Since when its certificate is no longer good.
    var refusedSince: MonotonicTime?
    /// Whether it was off since then.
    var isOff = false
    /// Whether a timer for its next publication runs.
    var isPublishing = false
}

/// Something that is due.
struct DeviceTimer: Comparable {
    enum Kind {
        case connect
        case publish
    }

    let time: MonotonicTime
    let device: Int32
    let life: Int32
    let kind: Kind

    static func < (left: DeviceTimer, right: DeviceTimer) -> Bool { left.time < right.time }
}
