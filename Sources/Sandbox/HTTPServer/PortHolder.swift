import FoundationEssentials
import Glibc

/// The process that listens on a port, by proc(5).
struct PortHolder: CustomStringConvertible, Sendable {
    let name: String
    let processIdentifier: Int32

    var description: String { "\(name) (process \(processIdentifier))" }

    /// Finds who listens on a TCP port of this machine; nil where that process is not ours to see.
    static func find(port: UInt16) -> PortHolder? {
        let inodes = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeners(in: text($0), port: port) }
        let wanted = Set(inodes.map { "socket:[\($0)]" })
        guard !wanted.isEmpty, let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
            return nil
        }
        for process in entries.compactMap({ Int32($0) }) {
            let folder = "/proc/\(process)/fd"
            let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let holds = descriptors.contains { descriptor in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)")
                return target.map { wanted.contains($0) } ?? false
            }
            if holds { return PortHolder(name: name(of: process), processIdentifier: process) }
        }
        return nil
    }

    /// The inodes of the sockets in state LISTEN (0A) on the port.
    ///
    /// A line is "sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …", addresses in hex.
    static func listeners(in table: String, port: UInt16) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A",
                let digits = fields[1].split(separator: ":").last, UInt16(digits, radix: 16) == port
            else { return nil }
            return String(fields[9])
        }
    }

    private static func name(of process: Int32) -> String {
        text("/proc/\(process)/comm").split(separator: "\n").first.map(String.init) ?? "a process"
    }

    private static func text(_ path: String) -> String {
        (try? AtomicFile.read(path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
