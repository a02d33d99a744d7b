import Glibc
import Threads

/// The history, and the file of the sandbox's folder that it is kept in: a line a message, added soon after it came.
///
/// A line is the time in Unix seconds, the device, and the payload, divided by tabs; one without a payload forgets the device. Where the
/// file has grown to several times what the history holds at most, and twice what it holds now, it is written anew.
final class HistoryFile: Sendable {
    private struct Pending {
        var lines: [UInt8] = []
        var stopped = false
        var failure: SandboxError?
    }

    /// Messages within this many seconds are written together.
    private static let gathering = 0.1

    /// What the file holds.
    let history = History()
    private let pending = Guarded(Pending())
    /// nil where nothing is kept.
    private let writer: WorkerThread?

    /// A history that is kept nowhere.
    init() { writer = nil }

    /// Reads a file's messages of known devices into the history, then goes on in the same file.
    ///
    /// - Parameter mostBytes: How large the file may grow before it is written anew.
    init(_ path: String, devices: Set<String>, mostBytes: Int = 4 * History.largest) throws(SandboxError) {
        let history = history
        try Self.load(path, into: history, devices: devices)
        let first = try Self.begin(path, history.all)
        writer = WorkerThread { [pending] in
            var file = first
            defer { close(file.descriptor) }
            while true {
                let next = pending.wait(seconds: 3600) { pending -> Batch? in
                    guard !pending.lines.isEmpty || pending.stopped else { return nil }
                    defer { pending.lines = [] }
                    // What comes later is in the lines to come, and not in this copy.
                    let isLarge = file.size + pending.lines.count > max(mostBytes, 2 * history.bytes)
                    return Batch(lines: pending.lines, isLast: pending.stopped, all: isLarge ? history.all : nil)
                }
                guard let next else { continue }
                if let all = next.all, let begun = try? Self.begin(path, all) {
                    close(file.descriptor)
                    file = begun
                } else {
                    let code = AtomicFile.writeAll(next.lines, to: file.descriptor)
                    file.size += next.lines.count
                    if code != 0 { pending.withLock { $0.failure = SandboxError.file("write", path, code) } }
                }
                if next.isLast { return }
                _ = pending.wait(seconds: Self.gathering) { $0.stopped ? true : nil }
            }
        }
    }

    /// Adds a message.
    func add(_ payload: [UInt8], of device: String, at time: Double) {
        guard writer != nil else { return history.add(payload, of: device, at: time) }
        let line = payload.isEmpty ? [] : Self.line(payload, of: device, at: time)
        pending.withLock { pending in
            history.add(payload, of: device, at: time)
            pending.lines += line
        }
    }

    /// Forgets a device.
    func remove(_ device: String) {
        let line = writer == nil ? [] : Self.line([], of: device, at: Time.now)
        pending.withLock { pending in
            history.remove(device)
            pending.lines += line
        }
    }

    /// Writes what is left to write.
    func stop() throws(SandboxError) {
        pending.withLock { $0.stopped = true }
        writer?.join()
        if let failure = pending.withLock({ $0.failure }) { throw failure }
    }

    private struct Batch {
        let lines: [UInt8]
        let isLast: Bool
        /// All that the file should hold, where it has grown too large.
        let all: [String: ArraySlice<History.Message>]?
    }

    private struct File {
        let descriptor: Int32
        var size: Int
    }

    /// A line break in JSON is white space only, so a space says the same.
    private static func line(_ payload: [UInt8], of device: String, at time: Double) -> [UInt8] {
        Array("\(time)\t\(device)\t".utf8) + payload.map { $0 == 10 ? 32 : $0 } + [10]
    }

    private static func load(_ path: String, into history: History, devices: Set<String>) throws(SandboxError) {
        guard let bytes = try AtomicFile.read(path) else { return }
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
    }

    /// Writes a file with messages in it, and opens it.
    private static func begin(
        _ path: String, _ messages: [String: ArraySlice<History.Message>]
    ) throws(SandboxError) -> File {
        var lines: [UInt8] = []
        for (device, messages) in messages.sorted(by: { $0.key < $1.key }) {
            for message in messages { lines += line(message.payload, of: device, at: message.received) }
        }
        try AtomicFile.write(lines, to: path)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw SandboxError.file("write", path, errno) }
        return File(descriptor: descriptor, size: lines.count)
    }
}
