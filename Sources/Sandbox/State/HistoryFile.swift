import Glibc

/// The history in a file of the sandbox's folder: a line a message, added soon after it came.
///
/// A line is the time in Unix seconds, the device, and the payload, divided by tabs; one without a payload forgets the device.
final class HistoryFile: Sendable {
    private struct Pending {
        var lines: [UInt8] = []
        var stopped = false
        var failure: SandboxError?
    }

    /// Messages within this many seconds are written together.
    private static let gathering = 0.1

    private let pending = Guarded(Pending())
    private let writer: WorkerThread

    /// Reads a file's messages of known devices into a history, then goes on in the same file.
    init(_ path: String, into history: History, devices: Set<String>) throws(SandboxError) {
        let kept = try Self.load(path, into: history, devices: devices)
        try AtomicFile.write(kept, to: path)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw SandboxError.file("write", path, errno) }
        writer = WorkerThread { [pending] in
            defer { close(descriptor) }
            while true {
                let next = pending.wait(seconds: 3600) { pending -> (lines: [UInt8], last: Bool)? in
                    guard !pending.lines.isEmpty || pending.stopped else { return nil }
                    defer { pending.lines = [] }
                    return (pending.lines, pending.stopped)
                }
                guard let next else { continue }
                let code = AtomicFile.writeAll(next.lines, to: descriptor)
                if code != 0 { pending.withLock { $0.failure = SandboxError.file("write", path, code) } }
                if next.last { return }
                _ = pending.wait(seconds: Self.gathering) { $0.stopped ? true : nil }
            }
        }
    }

    /// Adds a message.
    func add(_ payload: [UInt8], of device: String, at time: Double) {
        let line = Self.line(payload, of: device, at: time)
        if !payload.isEmpty { pending.withLock { $0.lines += line } }
    }

    /// Forgets a device.
    func remove(_ device: String) {
        let line = Self.line([], of: device, at: Time.now)
        pending.withLock { $0.lines += line }
    }

    /// Writes what is left to write.
    func stop() throws(SandboxError) {
        pending.withLock { $0.stopped = true }
        writer.join()
        if let failure = pending.withLock({ $0.failure }) { throw failure }
    }

    /// A line break in JSON is white space only, so a space says the same.
    private static func line(_ payload: [UInt8], of device: String, at time: Double) -> [UInt8] {
        Array("\(time)\t\(device)\t".utf8) + payload.map { $0 == 10 ? 32 : $0 } + [10]
    }

    /// Gives the lines that still count.
    private static func load(
        _ path: String, into history: History, devices: Set<String>
    ) throws(SandboxError) -> [UInt8] {
        guard let bytes = try AtomicFile.read(path) else { return [] }
        for line in bytes.split(separator: 10) {
            let fields = line.split(separator: 9, maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let time = Double(String(decoding: fields[0], as: UTF8.self)) else { continue }
            let device = String(decoding: fields[1], as: UTF8.self)
            if fields[2].isEmpty {
                history.remove(device)
            } else if devices.contains(device) {
                history.add(Array(fields[2]), of: device, at: time)
            }
        }
        return devices.sorted().flatMap { device in
            history.messages(of: device).flatMap { Self.line($0.payload, of: device, at: $0.received) }
        }
    }
}
