import MQTT

/// Publishes one message, or the same one several times, and waits for each acknowledgement.
struct SinglePublisher {
    let publication: Publication
    let repeats: Int
    /// Seconds between two of them.
    let pause: Double
    let payload: [UInt8]

    init(_ publication: Publication, repeats: Int, pause: Double, payload: [UInt8]) {
        (self.publication, self.repeats, self.pause, self.payload) = (publication, repeats, pause, payload)
    }

    /// - Returns: when the last of them was sent.
    func run(_ given: MQTTClient.Options) throws(MQTTError) -> MonotonicTime {
        var options = given
        options.reconnects = false
        let client = try MQTTClient(options)
        client.stopSignals = try StopSignals()
        try client.connect()
        var sent = MonotonicTime.now
        for number in 1...repeats {
            sent = .now
            try client.deliver(
                payload, to: publication.topic, qualityOfService: publication.quality, retain: publication.isRetained,
                properties: publication.properties, within: options.timeout)
            if number < repeats { try wait(client) }
        }
        client.disconnect()
        return sent
    }

    private func wait(_ client: MQTTClient) throws(MQTTError) {
        guard pause > 0 else { return }
        let end = MonotonicTime.after(pause)
        while true {
            switch try client.next(until: end) {
            case .deadline: return
            case .stopped(let signal): throw MQTTError.stopped(by: signal, "between two messages")
            default: break
            }
        }
    }
}
