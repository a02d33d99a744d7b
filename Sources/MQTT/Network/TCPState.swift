import CMosquitto
import Glibc

/// What the kernel knows of a TCP socket, whatever libmosquitto and OpenSSL did with its error.
///
/// OpenSSL's first write may be what takes the error of connect(2) from the socket: libmosquitto 2.0.11 then leaves it in errno and
/// carries on, 2.0.21 leaves EPROTO, and 2.1 fails with the error itself.
enum TCPState {
    /// Where `tcpi_bytes_acked` is in the kernel's struct tcp_info (linux/tcp.h, since Linux 4.1), which glibc's lacks.
    private static let acknowledgedBytes = 120

    /// Whether the connection was ever established: the peer has then acknowledged our SYN, which counts as one byte.
    ///
    /// It still holds once the connection has ended. A socket that is not TCP's counts as established.
    static func wasEstablished(_ socket: Int32) -> Bool {
        var information = [UInt8](repeating: 0, count: 256)
        var length = socklen_t(information.count)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &information, &length) == 0,
            Int(length) >= acknowledgedBytes + 8
        else { return true }
        return information[acknowledgedBytes..<acknowledgedBytes + 8].contains { $0 != 0 }
    }

    /// How connecting a socket has ended: 0 where it is connected, ECONNRESET or EPIPE where the peer has ended the connection since,
    /// else why it was not established.
    ///
    /// - Parameter earlier: errno after libmosquitto began to connect.
    static func outcome(of socket: Int32, earlier: Int32) -> Int32 {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &length)
        guard number == 0 && !hasPeer(socket) else { return number }
        return wasEstablished(socket) ? ECONNRESET : connectError(earlier)
    }

    /// The error of connect(2) that is behind an errno, for a connection that was not established: a refusal where it is lost.
    static func connectError(_ number: Int32) -> Int32 {
        [0, EPROTO, EPIPE, EINPROGRESS, EAGAIN].contains(number) ? ECONNREFUSED : number
    }

    private static func hasPeer(_ socket: Int32) -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) == 0 }
        }
    }
}
