import CLibCurl
import Glibc

/// Opens libcurl's sockets during one transfer, and so knows how far a connection came.
///
/// libcurl's own times (CURLINFO_NAMELOOKUP_TIME, CURLINFO_CONNECT_TIME) do not tell: libcurl 8.14 leaves the first at zero
/// for a reused connection, and the second until TLS is established.
final class TransferSockets {
    /// A duplicate of each socket: libcurl closes its own before the transfer's failure is known.
    private var duplicates: [Int32] = []

    deinit { for socket in duplicates { close(socket) } }

    /// Whether libcurl had an address to connect to.
    var hasAddress: Bool { !duplicates.isEmpty }

    /// Whether a TCP connection was established.
    var isConnected: Bool {
        duplicates.contains { socket in
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            return withUnsafeMutableBytes(of: &address) { bytes in
                getpeername(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length) == 0
            }
        }
    }

    /// Makes the handle's next transfer open its sockets here; this object must outlive it.
    func open(for handle: CurlHandle) {
        handle.set(CURLOPT_OPENSOCKETDATA, pointer: Unmanaged.passUnretained(self).toOpaque())
        handle.set(openSocket: openSocket)
    }

    fileprivate func open(_ address: curl_sockaddr) -> curl_socket_t {
        let opened = socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        guard opened >= 0 else { return -1 }
        let duplicate = fcntl(opened, F_DUPFD_CLOEXEC, 0)
        if duplicate >= 0 { duplicates.append(duplicate) }
        return opened
    }
}

/// What libcurl calls in place of socket(2), on the thread that runs the transfer; -1 is CURL_SOCKET_BAD.
private let openSocket: curl_opensocket_callback = { context, _, address in
    guard let context, let address else { return -1 }
    return Unmanaged<TransferSockets>.fromOpaque(context).takeUnretainedValue().open(address.pointee)
}
