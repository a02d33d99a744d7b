import CZeroMQ
import Glibc

/// A worker's end of the connection to a Locust master: a DEALER (https://rfc.zeromq.org/spec/28/) whose identity the master
/// tells workers apart by.
///
/// It belongs to the thread that made it. It connects again by itself where the connection is lost; whether somebody is at the
/// other end is for whoever uses it to find out.
final class DealerSocket {
    /// The longest message that is taken; a connection that brings a longer one is cut. A spawn message has about a kilobyte.
    static let longestMessage = 1 << 20

    private let library: ZeroMQLibrary
    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer
    private var buffer = [UInt8](repeating: 0, count: DealerSocket.longestMessage)

    /// Begins to connect, in the background.
    ///
    /// - Parameters:
    ///   - identity: 1 to 255 bytes, not beginning with a zero byte.
    ///   - endpoint: such as "tcp://127.0.0.1:5557".
    /// - Throws: `FleetError` with `.libraryMissing`, or `.invalidMaster` for an endpoint that is none.
    init(identity: String, endpoint: String) throws(FleetError) {
        library = try ZeroMQLibrary.shared.get()
        guard let context = library.functions.ctx_new() else { throw Self.failure(library, "make a context of libzmq") }
        guard let socket = library.functions.socket(context, ZMQ_DEALER) else {
            let error = Self.failure(library, "make a socket of libzmq")
            _ = library.functions.ctx_term(context)
            throw error
        }
        (self.context, self.socket) = (context, socket)
        // What is said while nobody is there must not be heard later: nothing is queued without a connection.
        set(ZMQ_IMMEDIATE, Int32(1))
        // A last message has a second to leave; libzmq's own default is for ever.
        set(ZMQ_LINGER, Int32(1000))
        set(ZMQ_MAXMSGSIZE, Int64(Self.longestMessage))
        // With it an IPv4 host would have to be listening on IPv6 too: libzmq tries the first address alone.
        if endpoint.contains("[") { set(ZMQ_IPV6, Int32(1)) }
        set(ZMQ_CONNECT_TIMEOUT, Int32(5000))
        set(ZMQ_RECONNECT_IVL_MAX, Int32(2000))
        let bytes = Array(identity.utf8)
        let status = bytes.withUnsafeBytes {
            library.functions.setsockopt(socket, ZMQ_ROUTING_ID, $0.baseAddress, $0.count)
        }
        guard status == 0 else { throw Self.failure(library, "take the name '\(identity)'") }
        guard library.functions.connect(socket, endpoint) == 0 else {
            throw Self.failure(library, "connect to \(endpoint)")
        }
    }

    deinit {
        _ = library.functions.close(socket)
        // It waits for what lingers, and a signal may end that wait.
        while library.functions.ctx_term(context) != 0 && library.lastError == EINTR {}
    }

    /// Gives up what has not left yet.
    func discardUnsent() { set(ZMQ_LINGER, Int32(0)) }

    /// Hands over one message.
    ///
    /// - Returns: whether there is a connection, and room in its queue; if not, nothing was sent.
    func send(_ message: [UInt8]) -> Bool {
        message.withUnsafeBytes { library.functions.send(socket, $0.baseAddress, $0.count, ZMQ_DONTWAIT) } >= 0
    }

    /// The next message that has come; nil where there is none. One of several frames, which Locust never sends, comes as nothing.
    func receive() -> [UInt8]? {
        var frames = 0
        var count = 0
        repeat {
            let size = buffer.withUnsafeMutableBytes {
                library.functions.recv(socket, $0.baseAddress, $0.count, ZMQ_DONTWAIT)
            }
            count = Int(size)
            if count < 0 { return nil }
            frames += 1
        } while hasMore
        return frames == 1 ? Array(buffer[..<min(count, buffer.count)]) : []
    }

    /// Waits for a message, or for something to read from `descriptor`, for at most so many milliseconds.
    func wait(beside descriptor: Int32?, milliseconds: Int) {
        var items = [zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)]
        if let descriptor {
            items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        _ = library.functions.poll(&items, Int32(items.count), milliseconds)
    }

    /// Whether another frame of the same message follows.
    private var hasMore: Bool {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        return library.functions.getsockopt(socket, ZMQ_RCVMORE, &value, &size) == 0 && value != 0
    }

    /// Sets an option to an `int`, or where libzmq takes that, an `int64_t`.
    private func set(_ option: Int32, _ value: some FixedWidthInteger) {
        _ = withUnsafeBytes(of: value) { library.functions.setsockopt(socket, option, $0.baseAddress, $0.count) }
    }

    private static func failure(_ library: ZeroMQLibrary, _ what: String) -> FleetError {
        FleetError(.invalidMaster, "cannot \(what): \(library.words(for: library.lastError))")
    }
}
