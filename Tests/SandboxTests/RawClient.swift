import Foundation
import TestSupport

/// One connection to a server, on which a test sends whatever bytes it likes.
final class RawClient {
    private let descriptor: Int32

    init(to port: UInt16) throws {
        guard let connected = LoopbackSocket.connected(to: port) else {
            throw SupportError("cannot connect to \(port)")
        }
        descriptor = connected
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends all of it, as far as the server takes it; false where it hung up before.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more comes, and gives what the server answers until it hangs up too, or is silent for 10 s.
    func answer() -> [UInt8] {
        shutdown(descriptor, Int32(SHUT_WR))
        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return answer }
            answer += buffer[..<count]
        }
    }

    /// What a server answers to these bytes and the end of the connection.
    static func answer(from port: UInt16, to bytes: [UInt8]) throws -> String {
        let client = try RawClient(to: port)
        client.send(bytes)
        return String(decoding: client.answer(), as: UTF8.self)
    }
}

extension RunningSandbox {
    /// The most memory that the sandbox has had so far, in MiB (proc(5), VmHWM).
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(ready.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        guard let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw SupportError("the kernel does not tell the sandbox's memory")
        }
        return kilobytes / 1024
    }

    /// Whether it still does what it is for: a device gets its certificate.
    func serves() throws -> Bool {
        let folder = try TemporaryFolder()
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            ["retrieve-cert", ready.gateway, "f60c28"],
            environment: credentials, in: folder.path)
        return outcome.status == 0 && folder.has("certs/f60c28.crt")
    }
}
