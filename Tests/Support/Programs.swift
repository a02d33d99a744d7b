public import Foundation

/// The programs that this package builds, where the running tests were built.
public enum Programs {
    /// The folder that holds the test bundle, and beside it the programs.
    public static let folder: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: own).deletingLastPathComponent()
        if FileManager.default.fileExists(atPath: beside.appendingPathComponent("dojot-sandbox").path) { return beside }
        return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    }()

    /// The built program of that name, such as "dojot-device".
    public static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// The path of the built program of that name.
    public static func path(_ name: String) -> String { url(name).path }

    /// Finds a program of the system on `PATH` and where Debian puts its servers.
    public static func installed(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        return folders.map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
    }
}
