import CMosquitto
import Glibc

/// What answers at a port that is spoken to in MQTT without TLS.
public enum PlainGreeting: Equatable, Sendable {
    /// A broker: it answered CONNECT with a CONNACK.
    case mqtt
    /// TLS: it answered with an alert.
    case tls
    /// Something else, with the first bytes that it said, at most 64.
    case other([UInt8])
    /// It hung up without a word.
    case closed
    /// It said nothing in time.
    case silent
}

extension BrokerProbe {
    /// Says CONNECT without TLS, as nobody in particular, and looks at what comes back.
    ///
    /// - Parameter seconds: how long to wait for it.
    public func greet(_ target: Target, within seconds: Double) -> PlainGreeting {
        // MQTT 3.1.1, section 3.1: a clean session, keep-alive 60 s, an empty client identifier.
        let connect: [UInt8] = [0x10, 12, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]
        guard let answer = answer(to: connect, target, within: seconds) else { return .silent }
        switch answer.prefix(2) {
        case []: return .closed
        case [0x20, 2]: return .mqtt
        // An alert record; RFC 8446, section 5.1.
        case [0x15, 3]: return .tls
        default: return .other(answer)
        }
    }

    /// Identifies a peer that closed a connection without an answer: sends CONNECT, then, without an answer to that, an HTTP request.
    /// Some HTTP servers close the connection, or wait for more, after anything but HTTP.
    ///
    /// - Parameter seconds: the time limit of each of the two.
    /// - Returns: `other`, with the status line first, for an HTTP server.
    public func identify(_ target: Target, within seconds: Double) -> PlainGreeting {
        let greeting = greet(target, within: seconds)
        guard greeting == .closed || greeting == .silent,
            let response = answer(to: Self.request, target, within: seconds), !response.isEmpty
        else { return greeting }
        return .other(response)
    }

    private static let request = Array("HEAD / HTTP/1.0\r\n\r\n".utf8)

    /// Whether an HTTP server is behind the port: one that is spoken to in another protocol may say nothing for long.
    public func speaksHTTP(_ target: Target) -> Bool {
        answer(to: Self.request, target, within: min(options.timeout, 2))?
            .starts(with: Array("HTTP/".utf8)) == true
    }

    /// The first bytes of an answer, none where the peer hangs up; nil where it says nothing.
    private func answer(to bytes: [UInt8], _ target: Target, within seconds: Double) -> [UInt8]? {
        let end = MonotonicTime.after(seconds)
        let socket = ProbeSocket(connectingTo: target.address)
        guard ProbeSocket.wait(socket.descriptor, for: POLLOUT, until: end) else { return nil }
        _ = bytes.withUnsafeBytes { send(socket.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return ProbeSocket.wait(socket.descriptor, for: POLLIN, until: end) ? socket.peek() : nil
    }
}
