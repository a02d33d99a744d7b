import CMicroHTTPD
import Glibc

/// One request on one connection, from its head to its answer.
///
/// Only the thread that serves the connection touches it, or none while the connection is suspended.
final class Exchange: @unchecked Sendable {  // see above
    private let connection: OpaquePointer
    private var request: Request
    private var answer: Answer?
    private var bodyIsTooLarge = false

    init(_ connection: OpaquePointer, method: String, path: String) {
        self.connection = connection
        request = Request(method: method, path: path)
        request.isFromLoopback = Self.isLoopback(dojot_mhd_client_address(connection))
        request.headers = Self.headers(of: connection)
        request.query = Self.query(of: connection)
    }

    /// Whether the head says that the body is larger than the server takes.
    var announcesTooMuch: Bool {
        (request.headers["content-length"].flatMap { Int($0) } ?? 0) > HTTPServer.largestBody
    }

    /// Keeps a piece of the body.
    func take(_ bytes: UnsafeRawBufferPointer) {
        if request.body.count + bytes.count > HTTPServer.largestBody {
            bodyIsTooLarge = true
            request.body = []
        } else if !bodyIsTooLarge {
            request.body += bytes
        }
    }

    /// Answers the whole request, or holds it back first.
    func finish(with server: HTTPServer) -> MHD_Result {
        if let answer { return send(answer) }
        if bodyIsTooLarge { return refuseBody() }
        let made = server.handle(request)
        answer = made
        guard made.delay > 0 else { return send(made) }
        MHD_suspend_connection(connection)
        server.delayed.hold(self, seconds: made.delay)
        return dojot_mhd_yes()
    }

    /// Answers 413.
    func refuseBody() -> MHD_Result {
        send(Answer(response: .message("request entity too large", status: 413)))
    }

    /// Has the server go on with it after a delay.
    func resume() { MHD_resume_connection(connection) }

    private func send(_ answer: Answer) -> MHD_Result {
        guard answer.ending != .nothing, let response = make(answer) else { return dojot_mhd_no() }
        defer { MHD_destroy_response(response) }
        for header in answer.response.headers { MHD_add_response_header(response, header.name, header.value) }
        return MHD_queue_response(connection, UInt32(answer.response.status), response)
    }

    private func make(_ answer: Answer) -> OpaquePointer? {
        let body = answer.response.body
        guard case .cut(let end) = answer.ending else {
            return dojot_mhd_response(body, body.count)
        }
        let part = Unmanaged.passRetained(CutBody(Array(body.prefix(end))))
        return MHD_create_response_from_callback(
            UInt64(body.count), 4096, readCutBody, part.toOpaque(), releaseCutBody)
    }
}

/// The part of a body that is sent before the connection is cut.
private final class CutBody: Sendable {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
}

private func readCutBody(
    _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ room: Int
) -> Int {
    guard let context, let buffer else { return -2 }
    let bytes = Unmanaged<CutBody>.fromOpaque(context).takeUnretainedValue().bytes
    let rest = bytes.dropFirst(Int(position)).prefix(room)
    // MHD_CONTENT_READER_END_WITH_ERROR: libmicrohttpd closes the connection.
    if rest.isEmpty { return -2 }
    for (index, byte) in rest.enumerated() { buffer[index] = CChar(bitPattern: byte) }
    return rest.count
}

private func releaseCutBody(_ context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<CutBody>.fromOpaque(context).release() }
}

extension Exchange {
    private typealias Pairs = [(name: String, value: String)]

    private static func headers(of connection: OpaquePointer) -> [String: String] {
        let all = values(dojot_mhd_headers(), of: connection)
        return Dictionary(all.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    }

    private static func query(of connection: OpaquePointer) -> [(name: String, value: String)] {
        values(dojot_mhd_query(), of: connection)
    }

    private static func values(_ kind: MHD_ValueKind, of connection: OpaquePointer) -> Pairs {
        var pairs: Pairs = []
        withUnsafeMutablePointer(to: &pairs) { pointer in
            _ = MHD_get_connection_values(
                connection, kind,
                { context, _, name, value in
                    if let name {
                        context?.assumingMemoryBound(to: Pairs.self).pointee.append(
                            (String(cString: name), value.map { String(cString: $0) } ?? ""))
                    }
                    return dojot_mhd_yes()
                }, pointer)
        }
        return pairs
    }

    private static func isLoopback(_ address: UnsafePointer<sockaddr>?) -> Bool {
        guard let address else { return false }
        if address.pointee.sa_family == sa_family_t(AF_INET) {
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt32(bigEndian: $0.pointee.sin_addr.s_addr) >> 24 == 127
            }
        }
        guard address.pointee.sa_family == sa_family_t(AF_INET6) else { return false }
        return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
            var own = in6addr_loopback
            var peer = $0.pointee.sin6_addr
            return memcmp(&own, &peer, MemoryLayout<in6_addr>.size) == 0
        }
    }
}
