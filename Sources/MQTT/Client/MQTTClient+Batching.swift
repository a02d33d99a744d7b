import CMosquitto

// Messages of QoS 0 that share TLS records; all other packets are libmosquitto's.
extension MQTTClient {
    /// Whether messages to this topic can be sent so: over TLS, by a version of MQTT whose packets have no properties. A topic that is
    /// not allowed is libmosquitto's to refuse.
    func canBatch(topic: String) -> Bool {
        tls != nil && options.version != .v5 && !topic.isEmpty && topic.utf8.count <= 65_535
            && mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS.rawValue
            && mosquitto_validate_utf8(topic, Int32(topic.utf8.count)) == MOSQ_ERR_SUCCESS.rawValue
    }

    /// Sends a message with those before and after it; the last ones wait for `sendBatch`.
    func addToBatch(_ payload: [UInt8], topic: [UInt8], retain: Bool) {
        batch.append(topic: topic, payload: payload, retain: retain)
        if batch.isFull && !batch.isBlocked { sendBatch() }
    }

    /// Hands the batch to OpenSSL, all of it or, where the socket is full, nothing yet.
    func sendBatch() {
        guard batch.count > 0, phase == .connected, let ssl = mosquitto_ssl_get(handle.pointer) else { return }
        let pointer = OpaquePointer(ssl)
        var written = 0
        ERR_clear_error()
        if SSL_write_ex(pointer, batch.bytes, batch.bytes.count, &written) == 1 {
            batchedMessages += batch.count
            batch.removeAll()
        } else if SSL_get_error(pointer, 0) == SSL_ERROR_WANT_WRITE {
            batch.isBlocked = true
        } else {
            // The connection is gone, which the next turn of the loop finds out; at QoS 0 the messages are gone with it.
            batch.removeAll()
        }
        ERR_clear_error()
    }
}
