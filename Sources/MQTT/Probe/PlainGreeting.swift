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
        let end = MonotonicTime.after(seconds)
        let socket = ProbeSocket(connectingTo: target.address)
        guard ProbeSocket.wait(socket.descriptor, for: POLLOUT, until: end) else { return .silent }
        // MQTT 3.1.1, section 3.1: a clean session, keep-alive 60 s, an empty client identifier.
        let connect: [UInt8] = [0x10, 12, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 0]
        _ = connect.withUnsafeBytes { send(socket.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard ProbeSocket.wait(socket.descriptor, for: POLLIN, until: end) else { return .silent }
        let answer = socket.peek()
        switch answer.prefix(2) {
        case []: return .closed
        case [0x20, 2]: return .mqtt
        // An alert record; RFC 8446, section 5.1.
        case [0x15, 3]: return .tls
        default: return .other(answer)
        }
    }
}
