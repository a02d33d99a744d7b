/// Where a broker is, by its host's name: found once, for all loops that connect to it.
public struct BrokerAddresses: Sendable {
    let all: [Address]

    /// Asks for them; a name server may take its time.
    ///
    /// - Parameters:
    ///   - host: a name, or an address.
    ///   - timeout: how long to wait, in seconds.
    /// - Throws: `.nameResolution`, `.timeout`.
    public init(of host: String, port: UInt16, timeout: Double) throws(MQTTError) {
        all = try Resolution.wait(host: host, port: port, timeout: timeout)
    }
}
