import CommandLineKit
import Dojot
import Enrollment

/// Where identities are kept.
struct StoreOptions: ParsableArguments {
    @Option(
        .long("certs-dir"),
        help: "The folder of identities; without it ./certs, or the current folder where it holds the device's.",
        valueName: "folder", environment: "DOJOT_CERTS_DIR")
    var directory: String?

    func store(for name: DeviceName?) -> CredentialStore {
        CommandContext.set(device: name.map { "\($0)" }, directory: directory)
        return CredentialStore.locate(name, asked: directory)
    }
}
