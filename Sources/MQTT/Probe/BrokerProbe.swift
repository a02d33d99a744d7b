import Glibc

/// Looks at the way to a broker step by step, where an `MQTTClient` goes it in one: its name, its port, TLS, what it lets through.
///
/// Each step stands alone and may be taken though the one before it failed. Nothing here checks whom it speaks to: what the broker's
/// certificate fails on is told, and the caller decides what may be sent to it.
///
/// ```swift
/// let probe = BrokerProbe(options)
/// let addresses = try probe.resolve()
/// guard let open = probe.reach(addresses).first(where: { $0.failure == nil }) else { … }
/// let report = probe.secure(open.address)
/// let session = try probe.open(version: .v311)
/// ```
public struct BrokerProbe: Sendable {
    /// Host, port, TLS files, user; `options.timeout` is the time for each step.
    public let options: MQTTClient.Options

    /// A numeric address of the broker's with its port, such as "10.0.0.7:8883".
    public struct Target: Equatable, Sendable, CustomStringConvertible {
        let address: Address

        public var description: String { "\(address)" }
    }

    /// Whether an address can be connected to.
    public struct Attempt: Sendable {
        public let target: Target
        /// Why not; nil where a connection was made.
        public let failure: MQTTError?
    }

    public init(_ options: MQTTClient.Options) { self.options = options }

    /// The broker's addresses, in the order in which they are tried.
    ///
    /// - Throws: `.nameResolution`, `.timeout`.
    public func resolve() throws(MQTTError) -> [Target] {
        let (host, port) = (options.host, options.port)
        if let addresses = try Resolution.immediate(host: host, port: port) { return addresses.map(Target.init) }
        let resolution = try Resolution(host: host, port: port)
        let end = MonotonicTime.after(options.timeout)
        while true {
            if let addresses = try resolution.addresses() { return addresses.map(Target.init) }
            guard ProbeSocket.wait(resolution.descriptor, for: POLLIN, until: end) else {
                throw MQTTError(
                    .timeout, "no answer within \(spelledTimeout) to the question for the address of \(host)")
            }
        }
    }

    /// Connects to all of the addresses at once, and lets go of them.
    ///
    /// Where one answers, the others have a quarter of a second to say what they have to say.
    public func reach(_ targets: [Target]) -> [Attempt] {
        var race = ConnectionRace(targets.map(\.address))
        race.run(until: .after(options.timeout))
        return zip(targets, race.outcomes).map { target, number in
            let failure = number.map { number in
                number == ETIMEDOUT
                    ? MQTTError(.timeout, "no answer from \(target) within \(spelledTimeout)")
                    : MQTTError(connectingTo: "\(target)", number)
            }
            return Attempt(target: target, failure: failure)
        }
    }

    /// Connects as an MQTT client. The broker's certificate need not be valid, unless a password is sent: then this connection verifies
    /// its own peer, whatever an earlier connection to the same address has shown.
    ///
    /// - Throws: why there is no session; the codes are those of `MQTTClient.connect`.
    public func open(version: ProtocolVersion) throws(MQTTError) -> ProbeSession {
        var options = options
        options.version = version
        options.reconnects = false
        options.tls?.toleratesServer = options.password == nil
        return try ProbeSession(options)
    }

    var spelledTimeout: String {
        options.timeout == options.timeout.rounded() ? "\(Int(options.timeout)) s" : "\(options.timeout) s"
    }
}
