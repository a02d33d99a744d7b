import CMicroHTTPD

/// A body that comes again and again, written by libmicrohttpd in chunks, as fast as the client reads and no faster.
final class EndlessBody: Sendable {
    private let bytes: [UInt8]

    private init(_ bytes: [UInt8]) { self.bytes = bytes.isEmpty ? [UInt8(ascii: " ")] : bytes }

    /// A response of libmicrohttpd's with such a body.
    static func response(repeating bytes: [UInt8]) -> OpaquePointer? {
        let body = Unmanaged.passRetained(EndlessBody(bytes))
        // MHD_SIZE_UNKNOWN is UINT64_MAX: no Content-Length, but chunks.
        return MHD_create_response_from_callback(.max, 4096, readBody, body.toOpaque(), releaseBody)
    }

    fileprivate func fill(_ buffer: UnsafeMutablePointer<CChar>, from position: UInt64, _ room: Int) {
        let start = Int(position % UInt64(bytes.count))
        for index in 0..<room { buffer[index] = CChar(bitPattern: bytes[(start + index) % bytes.count]) }
    }
}

private func readBody(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ room: Int
) -> Int {
    // MHD_CONTENT_READER_END_WITH_ERROR: libmicrohttpd closes the connection.
    guard let context, let buffer else { return -2 }
    Unmanaged<EndlessBody>.fromOpaque(context).takeUnretainedValue().fill(buffer, from: position, room)
    return room
}

private func releaseBody(_ context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<EndlessBody>.fromOpaque(context).release() }
}
