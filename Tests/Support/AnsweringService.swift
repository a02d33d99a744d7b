import Foundation

/// A service that answers whatever is sent with the same words, and hangs up.
public final class AnsweringService: Sendable {
    public let port: UInt16
    private let listener: Int32

    /// How a connection ends once it is answered.
    public enum Ending: Sendable {
        case soon
        /// In one segment with the answer, so that nobody sees one without the other.
        case atOnce
        /// As soon as it is made, with nothing read and no answer, as by a proxy without a backend.
        case unheard
    }

    /// - Parameter request: the beginning of what it answers; everything else closes the connection, as some HTTP servers do.
    public init(_ answer: String, to request: String = "", ending: Ending = .soon) throws {
        (listener, port) = try LoopbackSocket.bound()
        let listener = listener
        guard listen(listener, 8) == 0 else { throw SupportError("cannot listen") }
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else {
                    // Closed here alone: closed elsewhere, its number could be another test's listener by the next accept.
                    close(listener)
                    return
                }
                if ending == .unheard {
                    close(client)
                    continue
                }
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(client, &buffer, buffer.count, 0)
                guard buffer.prefix(max(count, 0)).starts(with: request.utf8) else {
                    close(client)
                    continue
                }
                // With MSG_MORE the kernel keeps the words until the socket is closed.
                let flags = Int32(MSG_NOSIGNAL) | (ending == .atOnce ? Int32(MSG_MORE) : 0)
                _ = Array(answer.utf8).withUnsafeBytes { send(client, $0.baseAddress, $0.count, flags) }
                if ending == .soon { usleep(50_000) }
                close(client)
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
