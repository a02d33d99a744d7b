import CMosquitto

/// One connection of a loop's many, as small as it can be: what only an attempt needs goes with the attempt.
final class SwarmConnection {
    /// Where a connection stands.
    enum Phase: Equatable {
        /// There is none.
        case idle
        /// TCP is under way.
        case connecting
        /// TCP stands, or failed in a way that TLS saw; the CONNACK is not here.
        case greeting
        /// It failed with no reason that is known; the peer's alert may come yet.
        case dying(until: MonotonicTime, code: Int32)
        case connected
    }

    /// What an attempt needs, and a connection that stands does not.
    struct Attempt {
        let member: ConnectionLoop.Member
        let deadline: MonotonicTime
        let observation: TLSObservation?
        var address = 0
        /// Why our own certificate or key could not be used.
        var ownError: MQTTError?
        var failures: [MQTTError] = []
    }

    let number: Int
    let handle: MosquittoHandle
    var phase = Phase.idle
    var attempt: Attempt?
    /// The descriptor that is watched: in a handshake the socket's duplicate, which outlives it, then the socket itself; or -1.
    var watched: Int32 = -1
    /// What it is watched for.
    var interest: UInt32 = 0
    var lastInput = MonotonicTime.now
    /// The reason code of the broker's DISCONNECT (MQTT 5), 128 or above; 0 where none came.
    var disconnectReason: Int32 = 0

    init(number: Int, handle: MosquittoHandle) {
        self.number = number
        self.handle = handle
    }

    /// The TLS handshake that is under way.
    var handshake: OpaquePointer? {
        guard phase == .greeting, let ssl = mosquitto_ssl_get(handle.pointer) else { return nil }
        let pointer = OpaquePointer(ssl)
        return SSL_is_init_finished(pointer) == 0 ? pointer : nil
    }
}
