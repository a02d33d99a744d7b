import Foundation
import Testing

/// OpenSSL's own program, which reads what the module wrote and writes what the module reads.
enum Peer {
    struct Answer {
        var status: Int32
        var output: String
    }

    /// A folder of its own for the files of one test, removed with this object.
    final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("pki-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: url) }

        /// Writes a file and gives its path.
        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            let file = url.appendingPathComponent(name)
            try Data(bytes).write(to: file)
            return file.path
        }

        func path(_ name: String) -> String { url.appendingPathComponent(name).path }

        func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }
    }

    /// Runs `openssl` and gives its exit status with both of its outputs in one.
    static func openssl(_ arguments: String..., input: [UInt8] = []) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        let (output, source) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = output
        process.standardInput = source
        try process.run()
        try? source.fileHandleForWriting.write(contentsOf: Data(input))
        try? source.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Answer(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }
}
