import Dojot
import Enrollment
import MQTT

/// Whether the broker lets a device in with an identity that is not in place yet.
struct BrokerVerification {
    private let candidate: Candidate

    init(_ candidate: Candidate) { self.candidate = candidate }

    /// Connects as the device, and leaves again.
    ///
    /// - Throws: why the broker does not let it in.
    func run(in folder: IdentityFolder) throws {
        try folder.withFiles(of: candidate) { identity in
            try connect(try MQTTClient.Options(identity), brokerKind: identity.profile.broker.kind)
        }
    }

    /// Mosca knows a device by its client identifier: whoever is connected by that gives way, and comes back. What a session that lasts
    /// holds for the device is left to it. Other brokers take any identifier.
    private func connect(_ given: MQTTClient.Options, brokerKind: BrokerKind) throws(MQTTError) {
        var options = given
        options.reconnects = false
        let takesOver = brokerKind == .mosca
        if takesOver {
            options.cleanSession = false
        } else {
            options.clientIdentifier = options.clientIdentifier.map { "\($0)-verification" }
        }
        let client = try MQTTClient(options)
        // Nothing is read past the CONNACK: it would count as received.
        client.mostEventsAtOnce = 1
        let hadSession = try client.connect()
        if takesOver && !hadSession { client.discardSession() } else { client.disconnect() }
    }
}
