import Glibc

/// The device that a file belongs to, by its path, such as `certs/f60c28.crt`.
struct IdentityPath {
    private let device: String
    private let directory: String

    /// Nil for a file without a profile beside it.
    init?(_ path: String) {
        let slash = path.lastIndex(of: "/")
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        guard let dot = name.lastIndex(of: "."), [".crt", ".key", ".csr", ".json"].contains(name[dot...]) else {
            return nil
        }
        device = String(name[..<dot])
        directory = slash.map { String(path[..<$0]) } ?? "."
        guard access("\(directory)/\(device).json", F_OK) == 0 else { return nil }
    }

    /// The device and its folder, for the commands in hints.
    var context: CommandContext {
        CommandContext.set(device: device, directory: directory == "certs" ? nil : directory)
        return .current
    }

    /// The command that makes a new identity in the place of the broken one.
    var retrieval: String { context.retrieval(of: device, isNew: true) }
}
