import Foundation
import TestSupport

/// A SOCKS5 proxy with a user (RFC 1928, RFC 1929) that connects to this machine, whatever name it is given.
final class SOCKSServer: @unchecked Sendable {  // all that changes is guarded by `lock`
    let port: UInt16
    private let listener: Int32
    private let lock = NSLock()
    private var asked: [String] = []

    init(user: String, password: String) throws {
        (listener, port) = try LoopbackSocket.bound()
        guard listen(listener, 16) == 0 else { throw SupportError("the proxy cannot listen") }
        let listener = listener
        let secret = [UInt8(user.utf8.count)] + Array(user.utf8) + [UInt8(password.utf8.count)] + Array(password.utf8)
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.serve(client, secret) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The names and ports that were asked for.
    var targets: [String] { lock.withLock { asked } }

    private func serve(_ client: Int32, _ secret: [UInt8]) {
        defer { close(client) }
        guard let greeting = Self.read(client, 2), greeting[0] == 5, Self.read(client, Int(greeting[1])) != nil else {
            return
        }
        Self.write(client, [5, 2])
        guard let given = Self.read(client, 1 + secret.count) else { return }
        guard Array(given.dropFirst()) == secret else { return Self.write(client, [1, 2]) }
        Self.write(client, [1, 0])
        guard let request = Self.read(client, 5), request[3] == 3, let name = Self.read(client, Int(request[4])),
            let number = Self.read(client, 2)
        else { return }
        let target = UInt16(number[0]) << 8 | UInt16(number[1])
        lock.withLock { asked.append("\(String(decoding: name, as: UTF8.self)):\(target)") }
        guard let server = LoopbackSocket.connected(to: target) else {
            return Self.write(client, [5, 5, 0, 1, 0, 0, 0, 0, 0, 0])
        }
        defer { close(server) }
        Self.write(client, [5, 0, 0, 1, 127, 0, 0, 1, 0, 0])
        pump(client, server)
    }

    /// Hands bytes on in both directions until one side ends.
    private func pump(_ one: Int32, _ other: Int32) {
        var entries = [one, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 16384)
        while poll(&entries, 2, 20_000) > 0 {
            for (index, target) in [(0, other), (1, one)] where entries[index].revents != 0 {
                let count = recv(entries[index].fd, &buffer, buffer.count, 0)
                if count <= 0 { return }
                Self.write(target, Array(buffer[..<count]))
            }
        }
    }

    private static func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(descriptor, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
    }

    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}
