import FoundationEssentials
import Glibc

/// Where this machine has mosquitto, its plugin, and setpriv.
struct BrokerInstallation: Sendable {
    let program: String
    let plugin: String
    let setpriv: String

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - programs: The folders of programs.
    ///   - plugins: The folders of libraries.
    /// - Throws: ``SandboxError/Code/missing``, with how to install what is not there.
    static func find(
        programs: [String] = programFolders, plugins: [String] = libraryFolders
    ) throws(SandboxError) -> BrokerInstallation {
        guard let program = first("mosquitto", in: programs, X_OK) else {
            throw SandboxError(
                .missing, "mosquitto, the broker, is not installed", hint: "sudo apt-get install mosquitto")
        }
        guard let plugin = first("mosquitto_dynamic_security.so", in: plugins, R_OK) else {
            throw SandboxError(
                .missing, "mosquitto's dynamic-security plugin is not installed: it needs mosquitto 2.0 or later",
                hint: "sudo apt-get install mosquitto")
        }
        guard let setpriv = first("setpriv", in: programs, X_OK) else {
            throw SandboxError(.missing, "setpriv is not installed", hint: "sudo apt-get install util-linux")
        }
        return BrokerInstallation(program: program, plugin: plugin, setpriv: setpriv)
    }

    private static func first(_ name: String, in folders: [String], _ mode: Int32) -> String? {
        folders.map { "\($0)/\(name)" }.first { access($0, mode) == 0 }
    }

    /// `PATH`, and where Debian puts servers, to which a user's `PATH` may not lead.
    private static var programFolders: [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/bin"]
    }

    private static var libraryFolders: [String] {
        let multiarch = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? [])
            .filter { $0.contains("-linux-gnu") }.map { "/usr/lib/\($0)" }
        return multiarch + ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
    }
}
