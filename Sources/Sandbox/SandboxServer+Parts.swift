import Glibc

/// The parts of a sandbox, each started on its own.
extension SandboxServer {
    /// The state in a folder, also as former sandboxes kept it; a new one where there is none.
    static func readState(_ folder: String) throws(SandboxError) -> PlatformState {
        if let state = try StateJournal.read(folder + "/state.log") { return state }
        let path = folder + "/state.json"
        guard let bytes = try AtomicFile.read(path) else { return PlatformState() }
        guard let former = JSON.decode(FormerState.self, from: bytes) else {
            throw SandboxError(.file, "\(path) is not a state of the sandbox", hint: "use another --dir, or remove it")
        }
        return former.state
    }

    static func makeTemporaryFolder() throws(SandboxError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/dojot-sandbox.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw SandboxError.file("make a folder in", parent, errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Puts TLS in front of the gateway.
    static func startTLS(
        _ options: SandboxOptions, in folder: String, _ installation: NginxInstallation, gatewayPort: UInt16,
        note: @escaping @Sendable (String) -> Void
    ) throws(SandboxError) -> (gateway: TLSGateway, authority: HTTPSAuthority) {
        let authority = try HTTPSAuthority(
            in: folder + "/authority", keepsKey: options.directory != nil, names: options.gatewayGeneralNames)
        let wanted = options.httpsPort ?? 0
        let gateway = options.address == "0.0.0.0" ? "127.0.0.1" : options.address
        // As with the broker: a free port may be taken by another before nginx listens on it.
        for attempt in 1... {
            let listener = try ListeningSocket(
                address: options.address, port: wanted, for: "HTTPS", option: "--https-port")
            listener.close()
            let configuration = NginxConfiguration(
                folder: folder + "/https", address: options.address, port: listener.port,
                gateway: "\(gateway):\(gatewayPort)", certificates: "../authority")
            do throws(SandboxError) {
                return (try TLSGateway(configuration, installation, died: note), authority)
            } catch {
                guard error.message.contains("could not bind"), attempt < 5, wanted == 0 else { throw error }
            }
        }
        throw SandboxError(.server, "no free port for HTTPS")
    }
}
