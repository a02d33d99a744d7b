import FoundationEssentials
import Glibc

/// Where this machine has programs and libraries.
enum InstalledProgram {
    /// `PATH`, and where Debian puts servers, to which a user's `PATH` may not lead.
    static var programFolders: [String] {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/bin"]
    }

    static var libraryFolders: [String] {
        let multiarch = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? [])
            .filter { $0.contains("-linux-gnu") }.map { "/usr/lib/\($0)" }
        return multiarch + ["/usr/lib", "/usr/lib64", "/usr/local/lib"]
    }

    /// The first file of a name that may be read (`R_OK`) or run (`X_OK`); nil where there is none.
    static func find(_ name: String, in folders: [String], _ mode: Int32 = X_OK) -> String? {
        folders.map { "\($0)/\(name)" }.first { access($0, mode) == 0 }
    }

    /// setpriv(1), without which no child would end with the sandbox.
    static func setpriv(in folders: [String]) throws(SandboxError) -> String {
        guard let setpriv = find("setpriv", in: folders) else {
            throw SandboxError(.missing, "setpriv is not installed", hint: "sudo apt-get install util-linux")
        }
        return setpriv
    }
}
