import FoundationEssentials
import Glibc

/// Where this machine has mosquitto, its plugin, and setpriv.
struct BrokerInstallation: Sendable {
    let program: String
    let plugin: String
    let setpriv: String

    /// Looks for them.
    ///
    /// - Throws: ``SandboxError/Code/missing``, with how to install what is not there.
    static func find() throws(SandboxError) -> BrokerInstallation {
        guard let program = program("mosquitto") else {
            throw SandboxError(
                .missing, "mosquitto, the broker, is not installed", hint: "sudo apt-get install mosquitto")
        }
        guard let plugin = plugin("mosquitto_dynamic_security.so") else {
            throw SandboxError(
                .missing, "mosquitto's dynamic-security plugin is not installed: it needs mosquitto 2.0 or later",
                hint: "sudo apt-get install mosquitto")
        }
        guard let setpriv = Self.program("setpriv") else {
            throw SandboxError(.missing, "setpriv is not installed", hint: "sudo apt-get install util-linux")
        }
        return BrokerInstallation(program: program, plugin: plugin, setpriv: setpriv)
    }

    private static func program(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        // Debian puts servers where a user's PATH may not lead.
        let known = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/bin"]
        let folders = path.split(separator: ":").map(String.init) + known
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static func plugin(_ name: String) -> String? {
        let multiarch = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? [])
            .filter { $0.hasSuffix("-linux-gnu") || $0.hasSuffix("-linux-gnueabihf") }.map { "/usr/lib/\($0)" }
        let folders = multiarch + ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
        return folders.map { "\($0)/\(name)" }.first { access($0, R_OK) == 0 }
    }
}
