import CMosquitto

// What is sent once the connection stands.
extension MQTTClient {
    /// Publishes a message; `.acknowledged` with the identifier that is returned says that it is done.
    ///
    /// At QoS 1 and 2 it is sent again after a lost connection, in order, until it is acknowledged. How many may be on their way at
    /// once is the caller's to bound.
    ///
    /// - Parameters:
    ///   - payload: at most 268,435,455 bytes.
    ///   - topic: without wildcards, at most 65,535 bytes.
    /// - Throws: `.notConnected` where there is no connection now; `.invalid` for what MQTT does not allow.
    @discardableResult
    public func publish(
        _ payload: [UInt8], to topic: String, qualityOfService: QualityOfService = .atMostOnce, retain: Bool = false,
        properties: [Property] = []
    ) throws(MQTTError) -> Int32 {
        guard phase == .connected else {
            throw MQTTError(.notConnected, "there is no connection to \(options.peer) at the moment")
        }
        var identifier: Int32 = 0
        func send(_ list: OpaquePointer?) -> Int32 {
            mosquitto_publish_v5(
                handle.pointer, &identifier, topic, Int32(clamping: payload.count), payload, qualityOfService.rawValue,
                retain, list)
        }
        let code = properties.isEmpty ? send(nil) : try PropertyList(properties).withPointer(send)
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue: break
        case MOSQ_ERR_NO_CONN.rawValue, MOSQ_ERR_CONN_LOST.rawValue, MOSQ_ERR_ERRNO.rawValue, MOSQ_ERR_TLS.rawValue:
            // The connection is gone, which the next turn of the loop finds out; the message is queued all the same.
            break
        default: throw publishError(code, topic, payload.count)
        }
        if qualityOfService == .exactlyOnce { exactlyOnceInFlight.insert(identifier) }
        return identifier
    }

    /// Whether bytes wait to be sent since the socket takes no more.
    public var hasUnsentOutput: Bool { batch.isBlocked || mosquitto_want_write(handle.pointer) }

    private func publishError(_ code: Int32, _ topic: String, _ size: Int) -> MQTTError {
        switch code {
        case MOSQ_ERR_INVAL.rawValue:
            MQTTError(.invalid, "cannot publish to \"\(topic)\": a topic is not empty and holds no \"+\" or \"#\"")
        case MOSQ_ERR_MALFORMED_UTF8.rawValue:
            MQTTError(.invalid, "cannot publish to a topic that is no UTF-8 or holds control characters")
        case MOSQ_ERR_PAYLOAD_SIZE.rawValue, MOSQ_ERR_OVERSIZE_PACKET.rawValue:
            MQTTError(.invalid, "cannot publish \(size) bytes: \(options.peer) does not take messages of that size")
        case MOSQ_ERR_QOS_NOT_SUPPORTED.rawValue:
            MQTTError(.publish(155), "\(options.peer) does not take messages of that QoS")
        case MOSQ_ERR_NOT_SUPPORTED.rawValue, MOSQ_ERR_DUPLICATE_PROPERTY.rawValue, MOSQ_ERR_PROTOCOL.rawValue:
            MQTTError(.invalid, "the properties of the message are not allowed in a PUBLISH packet of this version")
        default: libraryError(code, "cannot publish to \(topic)")
        }
    }

    /// Subscribes, now and after each reconnection; the broker's answer comes as `.subscribed`.
    public func subscribe(_ subscription: Subscription) throws(MQTTError) {
        for filter in subscription.filters where mosquitto_sub_topic_check(filter) != 0 {
            throw MQTTError(
                .invalid, "\"\(filter)\" is no topic filter: \"+\" and \"#\" stand for whole levels, \"#\" at the end")
        }
        try Property.check(subscription.properties, for: .subscribe)
        subscriptions.append(subscription)
        if phase == .connected { try send(subscription) }
    }

    func send(_ subscription: Subscription) throws(MQTTError) {
        let list = try PropertyList(subscription.properties)
        var filters = subscription.filters.map { CMosquitto.strdup($0) }
        defer { for filter in filters { CMosquitto.free(filter) } }
        let code = filters.withUnsafeMutableBufferPointer { buffer in
            list.withPointer { properties in
                mosquitto_subscribe_multiple(
                    handle.pointer, nil, Int32(buffer.count), buffer.baseAddress,
                    subscription.qualityOfService.rawValue,
                    subscription.options, properties)
            }
        }
        try check(code, "cannot subscribe to \(subscription.filters.joined(separator: ", "))")
        unansweredSubscriptions += 1
    }

    /// Unsubscribes, and does not subscribe again; the broker's answer comes as `.unsubscribed`.
    public func unsubscribe(_ filter: String, properties: [Property] = []) throws(MQTTError) {
        for index in subscriptions.indices { subscriptions[index].filters.removeAll { $0 == filter } }
        subscriptions.removeAll { $0.filters.isEmpty }
        guard phase == .connected else { return }
        let list = try PropertyList(properties)
        try check(
            list.withPointer { mosquitto_unsubscribe_v5(handle.pointer, nil, filter, $0) },
            "cannot unsubscribe from \(filter)")
    }

    /// A connection that is gone is found out by the next turn of the loop, and what was subscribed to is sent again.
    private func check(_ code: Int32, _ what: String) throws(MQTTError) {
        switch code {
        case MOSQ_ERR_SUCCESS.rawValue, MOSQ_ERR_NO_CONN.rawValue, MOSQ_ERR_CONN_LOST.rawValue,
            MOSQ_ERR_ERRNO.rawValue, MOSQ_ERR_TLS.rawValue:
            return
        default: throw libraryError(code, what)
        }
    }
}
