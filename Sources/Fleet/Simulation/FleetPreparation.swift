import Enrollment
import MQTT

/// What a fleet needs before its first device: room for its connections, and where its broker is.
///
/// To find that out may take its time; it may be done on any thread.
public struct FleetPreparation: Sendable {
    let settings: SimulationSettings
    /// How all connect.
    let broker: ConnectionLoop.Options

    /// Reads an identity, for the broker and the CA, and asks for the broker's addresses, for as long as the settings' timeout.
    ///
    /// - Throws: `FleetError` where there are too few files or source addresses, `EnrollmentError` where no device has
    ///   an identity, `MQTTError` for the broker's address.
    public init(_ settings: SimulationSettings) throws {
        self.settings = settings
        let count = settings.devices.names.count
        let sources = max(1, settings.sources.count)
        guard count <= sources * SimulationSettings.connectionsPerSource else {
            let needed = (count - 1) / SimulationSettings.connectionsPerSource + 1
            throw FleetError(
                .tooFewSources, "\(count) connections to one broker need \(needed) source addresses",
                hint: "--source 127.0.0.2 --source 127.0.0.3 …, or other addresses of this machine")
        }
        try OpenFiles.allow(count + OpenFiles.others + 2 * settings.handshakes)
        let identity = try settings.devices.firstIdentity(in: settings.store)
        let broker = settings.broker ?? (identity.profile.broker.host, UInt16(clamping: identity.profile.broker.port))
        var options = ConnectionLoop.Options(
            host: broker.host, port: broker.port, tls: TLSConfiguration(authorityFile: identity.authorityFile))
        if let list = try identity.revocationListFile.read() {
            options.tls?.revocationList = TLSConfiguration.RevocationList(list, file: identity.revocationListFile.path)
        }
        options.addresses = try BrokerAddresses(of: broker.host, port: broker.port, timeout: settings.timeout)
        options.keepAlive = settings.keepAlive
        options.timeout = settings.timeout
        self.broker = options
    }
}
