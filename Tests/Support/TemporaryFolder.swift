public import Foundation

/// A folder of its own for one test, removed with all that is in it when the last reference goes.
public final class TemporaryFolder: Sendable {
    /// Its path, with no slash at the end.
    public let path: String
    public var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    public init() throws {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array((parent + "/dojot-test.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SupportError("mkdtemp in \(parent): \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        Self.remaining.add(path)
    }

    deinit { Self.remaining.remove(path) }

    private static let remaining = RemainingFolders()

    /// Removes all that are left, at the end of the process.
    static func removeRemaining() { remaining.removeAll() }

    /// The path of `name` in it; nothing is made.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and gives its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a file, makes the folders it lies in, and gives its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return path(name)
    }

    /// What a file in it holds, as text.
    public func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
    }

    /// Whether a file of that name is there (a dangling symlink is not).
    public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

/// Why the support of a test could not do what it was asked to.
public struct SupportError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
