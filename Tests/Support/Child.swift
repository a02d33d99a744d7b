public import Foundation

/// A process that a test started, with its standard streams in the test's hands; it is killed when the last reference goes.
///
/// Its environment is the test runner's without what steers our programs (`DOJOT_…`, `MOSCA_…`, `ALLOW_UNSECURED_MODE`),
/// with `SWIFT_BACKTRACE=enable=no` and what the test adds.
public final class Child: @unchecked Sendable {  // all that changes is guarded by `condition`
    public let processIdentifier: pid_t
    public let path: String

    private let condition = NSCondition()
    private var input: Int32
    private var standardOutput: [UInt8] = []
    private var standardError: [UInt8] = []
    private var openStreams = 2
    private var linesRead = 0
    private var status: Int32?

    private init(_ spawned: Spawned, path: String) {
        processIdentifier = spawned.processIdentifier
        self.path = path
        input = spawned.input
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }

    deinit {
        if status == nil {
            Glibc.kill(processIdentifier, SIGKILL)
            var ignored: Int32 = 0
            waitpid(processIdentifier, &ignored, 0)
        }
        if input >= 0 { close(input) }
    }

    /// Starts `path` with its standard input a pipe that stays open.
    public static func start(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil
    ) throws -> Child {
        let whole = inherited.merging(environment) { $1 }
        let spawned = try Spawned(path, arguments, environment: whole, in: folder)
        let child = Child(spawned, path: path)
        // The readers hold the child only while they store what came, or it would never be let go of.
        let (printed, said) = (
            PrintedSecrets(path, arguments, isResult: true), PrintedSecrets(path, arguments, isResult: false)
        )
        Child.read(spawned.output, printed) { [weak child] bytes in child?.store(bytes) { $0.standardOutput += $1 } }
        Child.read(spawned.error, said) { [weak child] bytes in child?.store(bytes) { $0.standardError += $1 } }
        return child
    }

    /// Runs `path` to its end, feeding it `input`; it is killed where it takes more than `timeout` seconds.
    public static func run(
        _ path: String, _ arguments: [String] = [], input: String = "", environment: [String: String] = [:],
        in folder: String? = nil, timeout: Double = 60
    ) throws -> Outcome {
        try run(path, arguments, input: Array(input.utf8), environment: environment, in: folder, timeout: timeout)
    }

    /// Runs `path` to its end, feeding it bytes.
    public static func run(
        _ path: String, _ arguments: [String] = [], input: [UInt8], environment: [String: String] = [:],
        in folder: String? = nil, timeout: Double = 60
    ) throws -> Outcome {
        let child = try start(path, arguments, environment: environment, in: folder)
        Thread.detachNewThread {
            child.write(input)
            child.closeInput()
        }
        return child.wait(timeout: timeout)
    }

    /// Writes to its standard input; a child that no longer reads is no error.
    public func write(_ bytes: [UInt8]) {
        condition.lock()
        let descriptor = input
        condition.unlock()
        var rest = bytes[...]
        while descriptor >= 0, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes text to its standard input.
    public func write(_ text: String) { write(Array(text.utf8)) }

    /// Ends its standard input.
    public func closeInput() {
        condition.lock()
        defer { condition.unlock() }
        if input >= 0 { close(input) }
        input = -1
    }

    /// Sends it a signal, unless it has been waited for.
    public func signal(_ number: Int32) {
        condition.lock()
        defer { condition.unlock() }
        if status == nil { Glibc.kill(processIdentifier, number) }
    }

    /// What it has printed on standard output so far.
    public var outputSoFar: String { text { $0.standardOutput } }
    /// What it has printed on standard error so far.
    public var errorSoFar: String { text { $0.standardError } }

    /// The next line of its standard output, without its newline; nil if none came within `timeout` seconds or it ended.
    public func readLine(timeout: Double = 20) -> String? {
        var line: String?
        _ = waitUntil(timeout: timeout) { child in
            let lines = child.standardOutput.split(separator: 10, omittingEmptySubsequences: false)
            guard lines.count > child.linesRead + 1 else { return child.openStreams == 0 }
            line = String(decoding: lines[child.linesRead], as: UTF8.self)
            child.linesRead += 1
            return true
        }
        return line
    }

    /// Waits until standard output holds `text`; false if it does not within `timeout` seconds or the child ends first.
    public func waitFor(output text: String, timeout: Double = 20) -> Bool {
        wait(for: text, timeout: timeout) { $0.standardOutput }
    }

    /// Waits until standard error holds `text`; false if it does not within `timeout` seconds or the child ends first.
    public func waitFor(error text: String, timeout: Double = 20) -> Bool {
        wait(for: text, timeout: timeout) { $0.standardError }
    }

    /// Waits until standard error holds `text` so many times; false if it does not within `timeout` seconds or the child ends first.
    public func waitFor(error text: String, times: Int, timeout: Double = 20) -> Bool {
        var found = false
        _ = waitUntil(timeout: timeout) { child in
            let parts = String(decoding: child.standardError, as: UTF8.self).components(separatedBy: text)
            found = parts.count > times
            return found || child.openStreams == 0
        }
        return found
    }

    /// Waits for its end; where that takes more than `timeout` seconds it is killed, and the outcome says so.
    public func wait(timeout: Double = 60) -> Outcome {
        let end = Date(timeIntervalSinceNow: timeout)
        var timedOut = false
        while !reap() {
            if !timedOut && Date() > end {
                timedOut = true
                signal(SIGKILL)
            }
            usleep(2000)
        }
        // What it printed is whole once both pipes are at their end; a grandchild that holds them is not waited for.
        _ = waitUntil(timeout: 2) { $0.openStreams == 0 }
        condition.lock()
        defer { condition.unlock() }
        return Outcome(
            status: status ?? -1, standardOutput: standardOutput, standardError: standardError, timedOut: timedOut)
    }

    /// Whether it still runs.
    public var isRunning: Bool { !reap() }
}

extension Child {
    static let inherited: [String: String] = {
        var variables = ProcessInfo.processInfo.environment.filter {
            // Where the sandbox's plugin is, scripts/test says.
            ($0.key == "DOJOT_SANDBOX_PLUGINS" || !$0.key.hasPrefix("DOJOT_")) && !$0.key.hasPrefix("MOSCA_")
                && $0.key != "ALLOW_UNSECURED_MODE"
        }
        variables["SWIFT_BACKTRACE"] = "enable=no"
        return variables
    }()

    /// Reads a pipe to its end on a thread of its own; an empty array is the end.
    private static func read(
        _ descriptor: Int32, _ secrets: PrintedSecrets, handing store: @escaping @Sendable ([UInt8]) -> Void
    ) {
        Thread.detachNewThread {
            var secrets = secrets
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                let bytes = count > 0 ? Array(buffer[..<count]) : []
                secrets.take(bytes)
                store(bytes)
                if count <= 0 { break }
            }
            close(descriptor)
        }
    }

    private func store(_ bytes: [UInt8], _ append: (Child, [UInt8]) -> Void) {
        condition.lock()
        defer { condition.unlock() }
        if bytes.isEmpty { openStreams -= 1 } else { append(self, bytes) }
        condition.broadcast()
    }

    private func text(_ bytes: (Child) -> [UInt8]) -> String {
        condition.lock()
        defer { condition.unlock() }
        return String(decoding: bytes(self), as: UTF8.self)
    }

    private func wait(for text: String, timeout: Double, in bytes: (Child) -> [UInt8]) -> Bool {
        var found = false
        _ = waitUntil(timeout: timeout) { child in
            found = String(decoding: bytes(child), as: UTF8.self).contains(text)
            return found || child.openStreams == 0
        }
        return found
    }

    private func waitUntil(timeout: Double, _ holds: (Child) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: timeout)
        condition.lock()
        defer { condition.unlock() }
        while !holds(self) {
            if !condition.wait(until: end) { return holds(self) }
        }
        return true
    }

    /// Whether it has ended; takes its status the first time.
    private func reap() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        if status != nil { return true }
        var raw: Int32 = 0
        let found = waitpid(processIdentifier, &raw, WNOHANG)
        if found == 0 || (found < 0 && errno == EINTR) { return false }
        let signal = raw & 0x7f
        status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
        return true
    }
}
