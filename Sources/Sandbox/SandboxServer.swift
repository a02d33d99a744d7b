import FoundationEssentials
import Glibc
import PKI

/// A dojot in small: gateway, certificate authority, devices, and a real broker.
///
/// Its folder:
/// ```
/// authority/   ca.key ca.crt crl.pem broker.key broker.crt https-ca.key https-ca.crt https.key https.crt
/// broker/      what mosquitto is started with, and what it keeps; broker-2/ and so on where there are several
/// https/       what nginx is started with, and what it keeps
/// state.log    end entities, certificates, templates, devices
/// history.log  what devices said
/// lock         held while it runs
/// ```
public final class SandboxServer: Sendable {
    /// What a user of it needs to know.
    public let summary: SandboxSummary
    private let server: HTTPServer
    private let platform: Platform
    /// nil where there is no HTTPS.
    private let tls: TLSGateway?
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
        let nginx = try options.httpsPort.map { _ throws(SandboxError) in try NginxInstallation.find() }
        let gateway = try ListeningSocket(
            address: options.address, port: options.gatewayPort, for: "the gateway", option: "--port")
        let folder: String
        if let directory = options.directory {
            folder = try AtomicFile.makeAbsoluteFolder(directory)
            try FolderOwnership.check(folder)
            lock = try FolderLock(folder)
        } else {
            folder = try Self.makeTemporaryFolder()
            lock = nil
        }
        let https: (gateway: TLSGateway, authority: HTTPSAuthority)?
        do throws(SandboxError) {
            let parts = try Self.assemble(options, in: folder, installation, gateway, note: note)
            (platform, server) = (parts.platform, parts.server)
            do throws(SandboxError) {
                https = try nginx.map { nginx throws(SandboxError) in
                    try Self.startTLS(options, in: folder, nginx, gatewayPort: gateway.port, note: note)
                }
            } catch {
                try? Self.stop(parts.server, parts.platform)
                throw error
            }
        } catch {
            if options.directory == nil { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
        tls = https?.gateway
        temporaryFolder = options.directory == nil ? folder : nil
        summary = SandboxSummary(
            options, gatewayPort: gateway.port, https: https, platform: platform, directory: folder)
    }

    /// Why it cannot go on, if it cannot.
    public var failure: SandboxError? { platform.brokers.failure ?? tls?.failure }

    /// Stops it: no more requests, the broker gone, the state written, the temporary folder removed.
    public func stop() throws(SandboxError) {
        tls?.stop()
        try Self.stop(server, platform)
        if let temporaryFolder { try? FileManager.default.removeItem(atPath: temporaryFolder) }
    }

    private static func stop(_ server: HTTPServer, _ platform: Platform) throws(SandboxError) {
        server.stop()
        platform.brokers.stop()
        try platform.closeFiles()
    }

    private static func assemble(
        _ options: SandboxOptions, in folder: String, _ installation: BrokerInstallation, _ gateway: ListeningSocket,
        note: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) -> (platform: Platform, server: HTTPServer) {
        var state = try readState(folder)
        state.furnish(options)
        let disabled = DisabledDevices(
            options.release.knowsDisabledDevices ? state.devices.filter(\.isDisabled).map(\.id) : [])
        var numbers = state.numbers
        numbers.revocationList += 1
        state.apply(.numbers(numbers))
        let authority = try CertificateAuthority(
            named: options.authority, in: folder + "/authority", keepsKey: options.directory != nil,
            brokerNames: options.brokerGeneralNames)
        try authority.writeRevocationList(of: state.certificates.revoked, number: numbers.revocationList)
        let isKept = options.directory != nil
        let history =
            isKept ? try HistoryFile(folder + "/history.log", devices: Set(state.devices.map(\.id))) : HistoryFile()
        let journal = isKept ? try StateJournal(folder + "/state.log", state) : nil
        unlink(folder + "/state.json")
        let faults = Faults(options.faults)
        let brokers = try startBrokers(
            options,
            BrokerParts(
                folder: folder, installation: installation, authority: authority,
                admissions: Admissions(state.devices.map { state.admission(of: $0.id, options) }), faults: faults,
                note: note,
                receive: { device, payload in
                    if !disabled.contains(device) { history.add(payload, of: device, at: Time.now) }
                }))
        let access: GatewayAccess
        do throws(SandboxError) {
            access = try makeAccess(options, gatewayPort: gateway.port)
        } catch {
            brokers.stop()
            throw error
        }
        let platform = Platform(
            options, users: options.numberedUsers, access: access, state: state, journal: journal, authority: authority,
            history: history, faults: faults, brokers: brokers, disabledDevices: disabled)
        do throws(SandboxError) {
            let routes = Gateway(platform)
            return (platform, try HTTPServer(on: gateway) { routes.answer($0) })
        } catch {
            brokers.stop()
            throw error
        }
    }
}
