import CMicroHTTPD
import Glibc

/// An answer that breaks HTTP, written past libmicrohttpd, which would set it right.
struct BrokenAnswer {
    private let bytes: [UInt8]
    private let ending: Answer.Broken.Ending

    init(_ response: Response, _ broken: Answer.Broken) {
        ending = broken.ending
        guard let sent = broken.sent else {
            bytes = []
            return
        }
        let phrase = MHD_get_reason_phrase_for(UInt32(response.status)).map { String(cString: $0) } ?? ""
        var head = "HTTP/1.1 \(response.status) \(phrase)\r\n"
        for header in response.headers { head += "\(header.name): \(header.value)\r\n" }
        bytes = Array((head + "Content-Length: \(broken.promised)\r\n\r\n").utf8) + response.body.prefix(sent)
    }

    /// Sends it, and ends the connection where a reset is wanted.
    ///
    /// - Returns: whether the connection is to stay open; else it is to be closed.
    func send(to socket: Int32) -> Bool {
        write(to: socket)
        if ending == .reset { SocketReset.send(on: socket) }
        return ending == .silence
    }

    /// Writes to a socket that does not block, for 5 s at most.
    private func write(to socket: Int32) {
        let end = Time.monotonic + 5
        var rest = bytes[...]
        while !rest.isEmpty, Time.monotonic < end {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }
}

/// The end of a TCP connection by a reset.
enum SocketReset {
    /// Sends RST at once; the descriptor stays its owner's to close.
    ///
    /// Dissolving the association (connect(2)) does so on Linux. The usual way, to close with SO_LINGER at 0, is not open where
    /// the owner shuts the connection down before it closes it: that sends FIN, an orderly end.
    static func send(on socket: Int32) {
        var nobody = sockaddr()
        nobody.sa_family = sa_family_t(AF_UNSPEC)
        connect(socket, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
    }
}
