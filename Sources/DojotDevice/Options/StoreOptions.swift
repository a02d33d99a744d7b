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

    func store(for name: DeviceName?) -> CredentialStore { CredentialStore.locate(name, asked: directory) }
}
