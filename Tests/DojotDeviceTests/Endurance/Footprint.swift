import Foundation
import TestSupport

/// What a process holds.
struct Footprint: CustomStringConvertible {
    /// Resident memory in kB: VmRSS of proc(5).
    let memory: Int
    /// Open descriptors; nil where only root may count them: a process that holds a key is root's in proc(5).
    let descriptors: Int?

    init(of process: pid_t) throws {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let memory = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw SupportError("process \(process) tells no VmRSS")
        }
        self.memory = memory
        let folder = "/proc/\(process)/fd"
        descriptors = geteuid() == 0 ? try FileManager.default.contentsOfDirectory(atPath: folder).count : nil
    }

    /// By how much of `earlier` the memory has grown: 0.05 is five hundredths.
    func growth(since earlier: Footprint) -> Double { Double(memory - earlier.memory) / Double(earlier.memory) }

    var description: String { "\(memory) kB, \(descriptors.map(String.init) ?? "?") descriptors" }
}
