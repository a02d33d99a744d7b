import CMicroHTTPD
import Glibc

/// An HTTP/1.1 server on a listening socket: GNU libmicrohttpd, a few threads over poll(2).
///
/// Its limits: 1,500 connections at once, 1 MiB a body, 32 MiB for all bodies on their way in, 32 KiB of headers, 20 s for a
/// silent connection.
final class HTTPServer: @unchecked Sendable {  // `daemon` is touched by `init` and `stop` alone, which one thread calls
    static let largestBody = 1 << 20
    static let connectionLimit: UInt32 = 1500
    static let silenceSeconds: UInt32 = 20
    static let memoryPerConnection = 32 << 10
    static let threads: UInt32 = 8

    let handle: @Sendable (Request) -> Answer
    let delayed = DelayedExchanges()
    let bodies = BodyBudget(bytes: 32 << 20)
    private var daemon: OpaquePointer?

    /// Serves what comes in on `socket`, which the server owns from now on.
    init(on socket: ListeningSocket, handle: @escaping @Sendable (Request) -> Answer) throws(SandboxError) {
        self.handle = handle
        // Not over epoll: there libmicrohttpd 0.9.75 may miss a connection's end that comes together with its last bytes, and
        // holds on to it for those 20 s.
        let flags = MHD_USE_POLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        daemon = dojot_mhd_start(
            flags, socket.takeDescriptor(), answerCallback, Unmanaged.passUnretained(self).toOpaque(),
            completedCallback, Self.threads, Self.connectionLimit, Self.silenceSeconds, Self.memoryPerConnection)
        guard daemon != nil else {
            throw SandboxError(.server, "cannot start the HTTP server: \(String(cString: strerror(errno)))")
        }
    }

    /// Takes no more requests and closes all connections; those held back are let go first, as libmicrohttpd wants it.
    func stop() {
        guard let daemon else { return }
        self.daemon = nil
        delayed.stop()
        MHD_stop_daemon(daemon)
    }
}

/// libmicrohttpd calls it for a request's head, for each piece of its body, at its end, and again after a delay.
private func answerCallback(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let path, let method, let uploadSize, let slot else { return dojot_mhd_no() }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    guard let existing = slot.pointee else {
        let exchange = Exchange(
            connection, method: String(cString: method), path: String(cString: path), bodies: server.bodies)
        slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
        // Answering now, before the body, keeps a large one from being sent at all.
        return exchange.announcesTooMuch ? exchange.refuseBody() : dojot_mhd_yes()
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(existing).takeUnretainedValue()
    if uploadSize.pointee > 0 {
        exchange.take(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
        uploadSize.pointee = 0
        return dojot_mhd_yes()
    }
    return exchange.finish(with: server)
}

/// libmicrohttpd calls it when a request is over, however it ended.
private func completedCallback(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let exchange = slot?.pointee else { return }
    Unmanaged<Exchange>.fromOpaque(exchange).release()
    slot?.pointee = nil
}
