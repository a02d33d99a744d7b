import Foundation

/// One connection of a client to the server.
struct ScriptedPeer {
    private let descriptor: Int32
    private let number: Int

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    func serve(_ server: ScriptedServer?) {
        var buffer: [UInt8] = []
        while let request = read(&buffer) {
            guard let server, play(server.next(request)) else { break }
        }
        server?.forget(descriptor)
        close(descriptor)
    }

    /// Does what the script says; false ends the connection.
    private func play(_ answer: ScriptedServer.Answer) -> Bool {
        switch answer {
        case .bytes(let bytes): return send(bytes)
        case .last(let bytes):
            _ = send(bytes)
            return false
        case .endless(let bytes):
            var sent = 0
            while sent < 64 << 20, send(bytes) { sent += bytes.count }
            return false
        case .drip(let bytes, let pause):
            for byte in bytes {
                guard send([byte]) else { return false }
                Thread.sleep(forTimeInterval: pause)
            }
            return false
        case .silence:
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&poller, 1, 30_000)
            return false
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
            return false
        }
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let flags = Int32(MSG_NOSIGNAL)
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Reads one request; nil where the client is gone.
    private func read(_ buffer: inout [UInt8]) -> ScriptedServer.Received? {
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.firstRange(of: blank) {
                let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let words = lines[0].split(separator: " ").map(String.init)
                let length =
                    lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                if buffer.count >= end.upperBound + length {
                    let body = Array(buffer[end.upperBound..<(end.upperBound + length)])
                    buffer.removeSubrange(..<(end.upperBound + length))
                    return ScriptedServer.Received(
                        method: words.first ?? "", target: words.dropFirst().first ?? "",
                        fields: Array(lines.dropFirst()), body: body, connection: number,
                        time: ProcessInfo.processInfo.systemUptime)
                }
            }
            var part = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0, buffer.count < 8 << 20 else { return nil }
            buffer += part[..<count]
        }
    }
}
