/// Finds the server's refusal of a client's certificate in a TLS connection, so that it can be held back, and the connection closed without
/// a word: as Mosca refuses, a Node program that ends the socket once the handshake is over (`rejectUnauthorized`).
///
/// It reads the headers of records alone (RFC 8446, section 5.1). Up to TLS 1.2 the refusal is an alert in the open, before the server's
/// ChangeCipherSpec. In TLS 1.3 it looks like data: it is the server's first record after the client's last flight, and no other record
/// there is as short, since a session ticket and a CONNACK are longer.
struct RefusalFilter {
    /// Record types, by RFC 8446, section 5.1.
    private enum RecordType {
        static let alert: UInt8 = 21
        static let data: UInt8 = 23
    }

    /// The bytes of an encrypted alert in TLS 1.3: level and description, the type, and the tag of 16 bytes (section 5.2).
    private static let encryptedAlertLength = 19

    /// Where one way of the connection stands between records.
    private struct Reader {
        private var header: [UInt8] = []
        private var left = 0

        /// Goes through bytes; at each record's header `visit` is asked whether to go on.
        ///
        /// - Returns: how many bytes come before the record that is not to pass; nil where all may.
        mutating func read(_ bytes: ArraySlice<UInt8>, _ visit: (_ type: UInt8, _ length: Int) -> Bool) -> Int? {
            var index = bytes.startIndex
            while index < bytes.endIndex {
                if left > 0 {
                    let count = min(left, bytes.endIndex - index)
                    (left, index) = (left - count, index + count)
                    continue
                }
                header.append(bytes[index])
                index += 1
                guard header.count == 5 else { continue }
                left = Int(header[3]) << 8 | Int(header[4])
                let type = header[0]
                header = []
                // A header that came in pieces has passed in part, which tells the client nothing.
                if !visit(type, left) { return max(0, index - 5 - bytes.startIndex) }
            }
            return nil
        }
    }

    private var client = Reader()
    private var server = Reader()
    private var hasClientEncrypted = false
    /// Whether the server has let the client in, or it is no business of ours any more.
    private var isDecided = false

    /// Takes note of what the client sends.
    mutating func readClient(_ bytes: ArraySlice<UInt8>) {
        guard !isDecided else { return }
        var hasEncrypted = hasClientEncrypted
        _ = client.read(bytes) { type, _ in
            if type == RecordType.data { hasEncrypted = true }
            return true
        }
        hasClientEncrypted = hasEncrypted
    }

    /// Reads what the server sends.
    ///
    /// - Returns: how many of the bytes come before a refusal; nil where there is none.
    mutating func readServer(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !isDecided else { return nil }
        var isDecided = false
        let hasClientEncrypted = hasClientEncrypted
        let count = server.read(bytes) { type, length in
            if isDecided { return true }
            switch type {
            case RecordType.alert: return false
            case RecordType.data where hasClientEncrypted:
                isDecided = true
                return length != Self.encryptedAlertLength
            default: return true
            }
        }
        self.isDecided = isDecided
        return count
    }
}
