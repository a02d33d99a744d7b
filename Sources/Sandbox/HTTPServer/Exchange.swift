import CMicroHTTPD
import Glibc

/// One request on one connection, from its head to its answer.
///
/// What changes is touched by the thread that serves the connection, and by none while that is suspended: `DelayedExchanges` then
/// looks at the connection alone, which libmicrohttpd leaves in its place.
final class Exchange: @unchecked Sendable {  // one thread at a time uses it, see above
    private let connection: OpaquePointer
    private var request: Request
    private var answer: Answer?
    /// Whether all that will be sent has been.
    private var isOver = false
    /// The status that refuses the body: what is still to come of it is read and thrown away.
    private var refusal: Int?
    private let bodies: BodyBudget
    /// What was taken out of it.
    private var taken = 0

    init(_ connection: OpaquePointer, method: String, path: String, bodies: BodyBudget) {
        self.connection = connection
        self.bodies = bodies
        request = Request(method: method, path: path)
        request.isFromLoopback = Self.isLoopback(dojot_mhd_client_address(connection))
        request.headers = Self.headers(of: connection)
        request.query = Self.query(of: connection)
    }

    /// Whether the head says that the body is larger than the server takes.
    var announcesTooMuch: Bool {
        (request.headers["content-length"].flatMap { Int($0) } ?? 0) > HTTPServer.largestBody
    }

    deinit { bodies.give(back: taken) }

    /// Keeps a piece of the body.
    func take(_ bytes: UnsafeRawBufferPointer) {
        guard refusal == nil else { return }
        if request.body.count + bytes.count > HTTPServer.largestBody {
            refuse(413)
        } else if bodies.take(bytes.count) {
            taken += bytes.count
            request.body += bytes
        } else {
            refuse(503)
        }
    }

    private func refuse(_ status: Int) {
        refusal = status
        request.body = []
        bodies.give(back: taken)
        taken = 0
    }

    /// Answers the whole request, or holds it back first.
    func finish(with server: HTTPServer) -> MHD_Result {
        // Refusing to answer has libmicrohttpd close the connection.
        if isOver { return dojot_mhd_no() }
        if let answer { return send(answer, server) }
        if let refusal { return refuseBody(refusal) }
        let made = server.handle(request)
        answer = made
        return made.delay > 0 ? hold(for: made.delay, server) : send(made, server)
    }

    /// Answers 413 for a body that is too large, 503 where there are too many bodies at once.
    func refuseBody(_ status: Int = 413) -> MHD_Result {
        let text = status == 413 ? "request entity too large" : "too many requests at once"
        return queue(.message(text, status: status))
    }

    /// Whether the client has hung up, while nothing is read from it.
    var isAbandoned: Bool {
        var entry = pollfd(fd: dojot_mhd_socket(connection), events: Self.peerHasEnded, revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// POLLRDHUP (poll(2)), which is not seen from Swift.
    private static let peerHasEnded: Int16 = 0x2000

    /// Has the server go on with it after a delay.
    func resume() { MHD_resume_connection(connection) }

    private func hold(for seconds: Double, _ server: HTTPServer) -> MHD_Result {
        MHD_suspend_connection(connection)
        server.delayed.hold(self, seconds: seconds)
        return dojot_mhd_yes()
    }

    private func send(_ answer: Answer, _ server: HTTPServer) -> MHD_Result {
        switch answer.form {
        case .whole: return queue(answer.response)
        case .endless: return queue(answer.response, isEndless: true)
        case .broken(let broken):
            isOver = true
            let isSilent = BrokenAnswer(answer.response, broken).send(to: dojot_mhd_socket(connection))
            return isSilent ? hold(for: .infinity, server) : dojot_mhd_no()
        }
    }

    private func queue(_ response: Response, isEndless: Bool = false) -> MHD_Result {
        let body = response.body
        let made = isEndless ? EndlessBody.response(repeating: body) : dojot_mhd_response(body, body.count)
        guard let made else { return dojot_mhd_no() }
        defer { MHD_destroy_response(made) }
        for header in response.headers { MHD_add_response_header(made, header.name, header.value) }
        return MHD_queue_response(connection, UInt32(response.status), made)
    }
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
