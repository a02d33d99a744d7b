import Glibc

/// A session with a broker for finding out what it allows; it is left when it goes.
public final class ProbeSession {
    /// What a broker said to a publication or a subscription.
    public enum Answer: Equatable, Sendable {
        /// It takes it, or says so: under MQTT 3.1.1 a broker may acknowledge a publication that it drops.
        case accepted
        /// It refuses it by this reason code; 128 and above (MQTT 3.1.1, section 3.9.3; MQTT 5, section 2.4).
        case refused(Int)
        /// It ended the connection in answer, with its reason where it gave one.
        case closed(MQTTError)
        /// It said nothing in time.
        case silent
    }

    public let version: ProtocolVersion
    private let client: MQTTClient

    init(_ options: MQTTClient.Options) throws(MQTTError) {
        version = options.version
        client = try MQTTClient(options)
        try client.connect()
    }

    deinit { leave() }

    /// Leaves the broker; the session is of no use any more.
    public func leave() { client.disconnect() }

    /// Subscribes to a topic filter at QoS 1.
    public func subscribe(to filter: String) throws(MQTTError) -> Answer {
        try client.subscribe(Subscription([filter], qualityOfService: .atLeastOnce))
        return wait { event in
            guard case .subscribed(let reasons) = event else { return nil }
            return answer(reasons.first ?? 0)
        }
    }

    /// Publishes a message at QoS 1.
    public func publish(_ payload: [UInt8], to topic: String) throws(MQTTError) -> Answer {
        let sent = try client.publish(payload, to: topic, qualityOfService: .atLeastOnce)
        return wait { event in
            guard case .acknowledged(let identifier, let reason) = event, identifier == sent else { return nil }
            return answer(reason)
        }
    }

    private func answer(_ reason: Int) -> Answer { reason >= 128 ? .refused(reason) : .accepted }

    /// The broker's answer, as soon as an event is one.
    private func wait(for answer: (MQTTClient.Event) -> Answer?) -> Answer {
        let end = MonotonicTime.after(client.options.timeout)
        do throws(MQTTError) {
            while true {
                let event = try client.next(until: end)
                if let answer = answer(event) { return answer }
                if case .deadline = event { return .silent }
            }
        } catch {
            return .closed(error)
        }
    }
}
