extension MQTTClient {
    /// How far the connection is.
    enum Phase: Equatable {
        case idle
        /// Lost; the next attempt is made then.
        case waiting(until: MonotonicTime)
        case resolving
        /// The TCP connection is being made.
        case connecting
        /// TCP stands; proxy, TLS or the CONNACK is being waited for.
        case greeting
        case connected
        /// Disconnected on our own.
        case ended
    }

    /// One attempt to connect: the addresses of the host, tried one after the other.
    struct Attempt {
        var resolution: Resolution?
        var addresses: [Address] = []
        var index = 0
        /// The end of the whole attempt.
        var deadline = MonotonicTime.now
        /// The end of TCP's part for the present address, so that one that is silent does not use up all the time.
        var addressDeadline = MonotonicTime.now
        /// What errno was once the connection was begun.
        var systemError: Int32 = 0
        /// What the addresses before said.
        var failures: [MQTTError] = []
    }

    /// How a session that was lost is replaced. What libmosquitto still has of the old one must not be sent into a new one: a broker answers a
    /// PUBREL that it knows nothing of as if all were well.
    enum SessionRenewal {
        case none
        /// A clean session is connected to and left at once, which makes the broker forget.
        case clean
        /// A session that lasts is begun by a handle that has sent nothing.
        case lasting
    }
}
