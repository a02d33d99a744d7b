import FoundationEssentials
import Glibc
import PKI

/// A dojot in small: gateway, certificate authority, devices, and a real broker.
///
/// Its folder:
/// ```
/// authority/   ca.key ca.crt crl.pem broker.key broker.crt
/// broker/      what mosquitto is started with, and what it keeps
/// state.json   end entities, certificates, templates, devices
/// history.log  what devices said
/// lock         held while it runs
/// ```
public final class SandboxServer: Sendable {
    /// What a user of it needs to know.
    public let summary: SandboxSummary
    private let server: HTTPServer
    private let platform: Platform
    /// Removed at the end; nil where it is the user's.
    private let temporaryFolder: String?
    /// nil where the folder is a temporary one.
    private let lock: FolderLock?

    /// Starts it; when this returns, it serves.
    ///
    /// - Parameters:
    ///   - options: How it is set up.
    ///   - note: Given what happens later on and its user should know, on any thread.
    public init(
        _ options: SandboxOptions, note: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) {
        try options.check()
        DescriptorLimit.raise()
        let installation = try BrokerInstallation.find()
        let gateway = try ListeningSocket(
            address: options.address, port: options.gatewayPort, for: "the gateway", option: "--port")
        let folder: String
        if let directory = options.directory {
            folder = try AtomicFile.makeAbsoluteFolder(directory)
            lock = try FolderLock(folder)
        } else {
            folder = try Self.makeTemporaryFolder()
            lock = nil
        }
        do throws(SandboxError) {
            let parts = try Self.assemble(options, in: folder, installation, gateway, note: note)
            (platform, server) = (parts.platform, parts.server)
        } catch {
            if options.directory == nil { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
        temporaryFolder = options.directory == nil ? folder : nil
        summary = SandboxSummary(options, gatewayPort: gateway.port, platform: platform, directory: folder)
    }

    /// Why it cannot go on, if it cannot.
    public var failure: SandboxError? { platform.broker.failure }

    /// Stops it: no more requests, the broker gone, the state written, the temporary folder removed.
    public func stop() throws(SandboxError) {
        server.stop()
        platform.broker.stop()
        try platform.closeFiles()
        if let temporaryFolder { try? FileManager.default.removeItem(atPath: temporaryFolder) }
    }

    private static func assemble(
        _ options: SandboxOptions, in folder: String, _ installation: BrokerInstallation, _ gateway: ListeningSocket,
        note: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) -> (platform: Platform, server: HTTPServer) {
        try AtomicFile.makeFolder(folder + "/broker")
        var state = try readState(folder + "/state.json")
        try state.furnish(options)
        let authority = try CertificateAuthority(
            named: options.authority, in: folder + "/authority", brokerNames: options.brokerGeneralNames)
        state.revocationListNumber += 1
        try authority.writeRevocationList(of: state.certificates, number: state.revocationListNumber)
        let history = History()
        let known = Set(state.devices.map(\.id))
        let historyFile =
            options.directory == nil
            ? nil : try HistoryFile(folder + "/history.log", into: history, devices: known)
        let broker = try startBroker(options, in: folder, installation, authority, state, note: note) {
            let now = Time.now
            history.add($1, of: $0, at: now)
            historyFile?.add($1, of: $0, at: now)
        }
        let platform = Platform(
            options, users: options.numberedUsers, state: state,
            stateFile: options.directory == nil ? nil : StateFile(folder + "/state.json"), authority: authority,
            history: history, historyFile: historyFile, broker: broker)
        do throws(SandboxError) {
            let routes = Gateway(platform)
            let server = try HTTPServer(on: gateway) { routes.answer($0) }
            platform.save()
            return (platform, server)
        } catch {
            broker.stop()
            throw error
        }
    }

    private static func startBroker(
        _ options: SandboxOptions, in folder: String, _ installation: BrokerInstallation,
        _ authority: CertificateAuthority, _ state: PlatformState, note: @escaping @Sendable (String) -> Void,
        receive: @escaping @Sendable (String, [UInt8]) -> Void
    ) throws(SandboxError) -> Broker {
        // A free port may be taken by another before mosquitto listens on it: another one is tried.
        for attempt in 1... {
            let secure = try ListeningSocket(
                address: options.address, port: options.securePort, for: "MQTT over TLS", option: "--mqtt-port")
            let unsecured = try options.unsecuredPort.map { port throws(SandboxError) in
                try ListeningSocket(
                    address: options.address, port: port, for: "MQTT without TLS", option: "--unsecured-port")
            }
            let ports = (secure.port, unsecured?.port)
            secure.close()
            unsecured?.close()
            let configuration = BrokerConfiguration(
                folder: folder + "/broker", address: options.address, securePort: ports.0, unsecuredPort: ports.1,
                topics: DeviceTopics(kind: options.effectiveBrokerKind, tenant: options.tenant),
                authorityFile: authority.certificateFile,
                certificateFile: authority.brokerCertificateFile, keyFile: authority.brokerKeyFile,
                revocationListFile: authority.revocationListFile, isPersistent: options.directory != nil,
                pluginFile: installation.plugin)
            do throws(SandboxError) {
                return try Broker(
                    configuration, installation: installation,
                    admissions: state.admissions(of: state.devices.map(\.id), options), receive: receive, died: note)
            } catch {
                let isTaken = error.message.contains("Address already in use")
                guard isTaken, attempt < 5, options.securePort == 0 || options.unsecuredPort == 0 else { throw error }
            }
        }
        throw SandboxError(.broker, "no free port for the broker")
    }

    private static func readState(_ path: String) throws(SandboxError) -> PlatformState {
        guard let bytes = try AtomicFile.read(path) else { return PlatformState() }
        guard let state = JSON.decode(PlatformState.self, from: bytes) else {
            throw SandboxError(.file, "\(path) is not a state of the sandbox", hint: "use another --dir, or remove it")
        }
        return state
    }

    private static func makeTemporaryFolder() throws(SandboxError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/dojot-sandbox.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw SandboxError.file("make a folder in", parent, errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
