import Foundation

/// A service that answers whatever is sent with the same words, and hangs up.
public final class AnsweringService: Sendable {
    public let port: UInt16
    private let listener: Int32

    public init(_ answer: String) throws {
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
                var buffer = [UInt8](repeating: 0, count: 4096)
                _ = recv(client, &buffer, buffer.count, 0)
                _ = Array(answer.utf8).withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                usleep(50_000)
                close(client)
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
