extension MQTTClient {
    /// Publishes one message and waits until it is sent (QoS 0) or acknowledged (QoS 1 and 2).
    ///
    /// - Parameter seconds: how long the acknowledgement may take, more than 0.
    /// - Throws: `.publish` with the reason code of a refusal (MQTT 5); `.publishRefused` where the broker closes the connection instead,
    ///   as Mosca does; `.timeout`; `.interrupted` where a stop signal came.
    public func deliver(
        _ payload: [UInt8], to topic: String, qualityOfService: QualityOfService, retain: Bool = false,
        properties: [Property] = [], within seconds: Double
    ) throws(MQTTError) {
        let sent = try publish(
            payload, to: topic, qualityOfService: qualityOfService, retain: retain, properties: properties)
        let deadline = MonotonicTime.after(seconds)
        while true {
            switch try nextInAnswer(until: deadline, topic, payload.count) {
            case .acknowledged(sent, let reason):
                if reason >= 128 { throw refusal(publish: reason, topic) }
                return
            case .lost(let error, _): throw closed(error, topic, size: payload.count)
            case .deadline:
                throw MQTTError(
                    .timeout, "no acknowledgement from \(options.peer) within \(Int(seconds.rounded(.up))) s",
                    hint: qualityOfService == .exactlyOnce ? Self.qualityHint : nil)
            case .stopped(let signal):
                throw MQTTError.stopped(by: signal, "before the message was acknowledged")
            default: break
            }
        }
    }

    private func nextInAnswer(
        until deadline: MonotonicTime, _ topic: String, _ size: Int
    ) throws(MQTTError) -> Event {
        do throws(MQTTError) {
            return try next(until: deadline)
        } catch {
            throw closed(error, topic, size: size)
        }
    }

    /// A message of so many bytes may be too large for a broker: the limits that are usual begin here.
    private static let largeMessage = 64 << 10

    /// A connection that ends between a publication and its acknowledgement is the only refusal that MQTT 3.1.1 knows.
    ///
    /// - Parameters:
    ///   - size: the message's, in bytes.
    ///   - line: the line of the input that the message comes from; nil where it is no line.
    func closed(_ error: MQTTError, _ topic: String, size: Int, line: Int? = nil) -> MQTTError {
        guard error.code == .connectionLost else { return error }
        let isLarge = size >= MQTTClient.largeMessage
        return MQTTError(
            .publishRefused,
            "\(options.peer) closed the connection in answer to \(line.map { "line \($0), " } ?? "")a message "
                + "\(isLarge ? "of \(size) bytes " : "")on \(topic)",
            hint: isLarge
                ? "the broker may not accept messages of that size: see its settings"
                : "a device may publish to its own topic only, as the platform writes it, and the broker must know the QoS"
        )
    }

    func refusal(publish reason: Int, _ topic: String) -> MQTTError {
        MQTTError(.publish(reason), "\(options.peer) refuses a message on \(topic): \(ReasonCode.text(reason))")
    }
}
