import CommandLineKit
import Enrollment
import Fleet

/// The devices that a command of the fleet's is about.
enum FleetDevices {
    /// Reads a list, or takes all identities of the folder.
    ///
    /// - Parameters:
    ///   - list: a file with one id a line, or CSV with a column id; "-" for standard input, nil for the folder's.
    ///   - count: only the first so many of them.
    static func read(_ list: String?, count: Int? = nil, in store: CredentialStore) throws -> Fleet.DeviceList {
        let devices = try all(list, in: store)
        guard let count else { return devices }
        return try devices.prefix(count)
    }

    /// Refuses to read two things from standard input.
    ///
    /// - Parameter list: as `read` takes it.
    static func checkInput(_ list: String?, _ login: LoginOptions) throws(UsageError) {
        guard list == "-", login.readsPasswordFromInput else { return }
        throw UsageError(
            "--from - and --password-stdin exclude each other: standard input is one",
            hint: "give the password with --password-file, or set DOJOT_PASSWORD")
    }

    private static func all(_ list: String?, in store: CredentialStore) throws -> Fleet.DeviceList {
        if let list {
            let content = try FileContent.read(
                list == "-" ? nil : list, most: 1 << 28, limit: "larger than a list of devices can be, 256 MiB")
            return try Fleet.DeviceList(text: String(decoding: content, as: UTF8.self))
        }
        try store.checkAccess()
        let names = store.deviceNames
        guard !names.isEmpty else {
            throw Failure(
                .noInput, "there is no device's identity in \(store.directory)",
                hint: "retrieve identities first with fleet provision, or give the folder with --certs-dir"
            )
        }
        return try Fleet.DeviceList(names)
    }
}
