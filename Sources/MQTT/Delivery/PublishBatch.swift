/// PUBLISH packets of QoS 0, one behind the other, to be sent in one TLS record; MQTT 3.1.1, section 3.3.
///
/// libmosquitto sends each packet in a record of its own, and a broker then spends its time on records: with 20,000 lines this client was
/// idle for four fifths of the time, every second write finding the socket full.
struct PublishBatch {
    /// A TLS record holds no more; RFC 8446, section 5.1.
    private static let recordSize = 16_384

    private(set) var bytes: [UInt8] = []
    /// How many packets there are.
    private(set) var count = 0
    /// Whether the socket took none of it yet, so that it must be offered again from its beginning, see SSL_write(3).
    var isBlocked = false

    private var largest = 0

    /// Whether one more packet would begin another record.
    var isFull: Bool { bytes.count + largest > PublishBatch.recordSize }

    mutating func append(topic: [UInt8], payload: [UInt8], retain: Bool) {
        let before = bytes.count
        bytes.append(0x30 | (retain ? 1 : 0))
        var length = 2 + topic.count + payload.count
        repeat {
            bytes.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
            length >>= 7
        } while length > 0
        bytes.append(UInt8(topic.count >> 8))
        bytes.append(UInt8(topic.count & 0xFF))
        bytes += topic
        bytes += payload
        count += 1
        largest = max(largest, bytes.count - before)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        (count, largest, isBlocked) = (0, 0, false)
    }
}
