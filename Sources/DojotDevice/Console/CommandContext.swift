import CommandLineKit
import Dojot
import Enrollment
import Threads

/// The device, folder and platform of the running command, for the commands in its hints.
///
/// A command records these values before it connects. A hint contains a command only where all of its values are known.
struct CommandContext: Sendable {
    private static let state = Guarded(CommandContext())

    /// The values recorded so far.
    static var current: CommandContext { state.withLock { $0 } }

    /// The device, as the user named it.
    private(set) var device: String?
    /// The value of `--certs-dir`; nil where it is not given.
    private(set) var directory: String?
    /// The gateway's address; nil where no identity or argument names it.
    private(set) var gateway: String?
    private(set) var authorityName = "IOTmidCA"
    private(set) var brokerKind: BrokerKind?
    /// Whether a client of Keycloak logged in itself, without a user.
    private(set) var isClientLogin = false
    /// The options of this command that `diagnose` needs too, to examine the same connection.
    private var diagnosisOptions: [String] = []
    /// The options that decide whether the gateway's certificate is trusted.
    private var httpsOptions: [String] = []

    /// Records a device and its folder before its files are read. The platform of another device is forgotten.
    static func set(device: String?, directory: String?) {
        state.withLock { context in
            guard context.device != device || context.directory != directory else { return }
            let previous = context
            context = CommandContext(device: device, directory: directory)
            context.isClientLogin = previous.isClientLogin
            context.diagnosisOptions = previous.diagnosisOptions
            context.httpsOptions = previous.httpsOptions
        }
    }

    /// Records the platform of an identity that was read.
    static func set(_ profile: Profile) {
        state.withLock {
            ($0.gateway, $0.authorityName, $0.brokerKind) = (profile.gateway, profile.ca, profile.broker.kind)
        }
    }

    /// Records the platform that arguments name.
    static func set(gateway: String, authorityName: String) {
        state.withLock { ($0.gateway, $0.authorityName) = (gateway, authorityName) }
    }

    /// Records who logs in.
    static func set(isClientLogin: Bool) { state.withLock { $0.isClientLogin = isClientLogin } }

    /// Records the options of the command line that `diagnose` has too, such as `-h` and `--cafile`.
    static func set(diagnosisOptions: [String]) { state.withLock { $0.diagnosisOptions = diagnosisOptions } }

    /// Records the options of the command line for the gateway's certificate.
    static func set(httpsOptions: [String]) { state.withLock { $0.httpsOptions = httpsOptions } }

    /// The command that retrieves the device's identity.
    ///
    /// The gateway is that of the running command, else that of the files of the device, in `revoked/` too, else that of
    /// `DOJOT_GATEWAY`, else the one that the other identities of the folder share. Without any of these the text says how to
    /// supply it.
    /// - Parameter isNew: whether it makes a new identity in the place of one.
    func retrieval(of device: String, isNew: Bool = false) -> String {
        let stored = stored(device)
        let known = gateway.map { [$0, authorityName] } ?? stored.map { [$0.gateway, $0.authorityName] }
        let words = known ?? Environment["DOJOT_GATEWAY"].map { [$0, authorityName] } ?? shared(beside: device)
        let options = (isNew ? ["-w"] : []) + (stored?.brokerOptions ?? [])
        guard let words else {
            let name = device.shellWord
            let rest = command([], options + httpsOptions).dropFirst("dojot-device".count)
            return "set DOJOT_GATEWAY to the URL of dojot's gateway, then:"
                + " dojot-device retrieve-cert \"$DOJOT_GATEWAY\" \(name)\(rest)"
        }
        let authority = words[1] == "IOTmidCA" ? [] : [words[1]]
        return command(["retrieve-cert", words[0], stored?.name ?? device] + authority, options + httpsOptions)
    }

    /// The command that replaces a broken or missing file of the device's identity; nil for any other file.
    ///
    /// - Parameter message: an error that names the file. A CA's certificate is fetched again without a new identity.
    func restoration(of message: String) -> String? {
        guard let device else { return nil }
        let folders = directory.map { [$0] } ?? ["certs", "."]
        func names(_ file: String) -> Bool { folders.contains { message.contains("\($0)/\(file)") } }
        if names("\(authorityName).crt") || names("\(device).json") { return retrieval(of: device) }
        return names("\(device).") || names(".identities/") ? retrieval(of: device, isNew: true) : nil
    }

    /// The command that examines the device's files, broker and, with a login, platform; nil without a device and a broker.
    func diagnosis(withLogin: Bool = false) -> String? {
        guard device != nil || !diagnosisOptions.isEmpty else { return nil }
        let login = withLogin ? ["--login"] : []
        return command(["diagnose"] + (device.map { [$0] } ?? []), diagnosisOptions + httpsOptions + login)
    }

    /// The command that lists the platform's devices; nil without a gateway.
    var deviceList: String? {
        guard let gateway else { return nil }
        let words = ["dojot-device", "device", "list", "--gateway", gateway] + httpsOptions
        return words.map(\.shellWord).joined(separator: " ")
    }

    /// The command that renews the device's certificate; nil without a device.
    var renewal: String? { device.map { command(["renew", $0], httpsOptions) } }

    /// A command of this program with the folder of identities and `options`, quoted for the shell.
    func command(_ words: [String], _ options: [String] = []) -> String {
        let folder = directory.map { ["--certs-dir", $0] } ?? []
        return (["dojot-device"] + words + folder + options).map(\.shellWord).joined(separator: " ")
    }

    // MARK: What the folder contains

    private func stored(_ device: String) -> StoredPlatform? {
        guard let name = try? DeviceName(device) else { return nil }
        return CredentialStore.locate(name, asked: directory).platform(of: name)
    }

    /// The gateway and the CA's name that the other identities of the folder have; nil where they differ.
    private func shared(beside device: String) -> [String]? {
        let store = CredentialStore.locate(try? DeviceName(device), asked: directory)
        return store.sharedPlatform.map { [$0.gateway, $0.authorityName] }
    }
}
