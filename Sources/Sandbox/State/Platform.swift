import PKI

/// The platform in small: what its routes act on.
final class Platform: Sendable {
    let options: SandboxOptions
    let users: [User]
    let tokens: TokenIssuer
    let authority: CertificateAuthority
    let history: History
    /// nil where nothing is kept.
    private let historyFile: HistoryFile?
    let faults: Faults
    let broker: Broker
    private let state: Guarded<PlatformState>
    private let listing = OneAtATime()
    let admitting = OneAtATime()
    /// nil where nothing is kept.
    private let stateFile: StateFile?

    init(
        _ options: SandboxOptions, users: [User], state: PlatformState, stateFile: StateFile?,
        authority: CertificateAuthority, history: History, historyFile: HistoryFile?, faults: Faults,
        broker: Broker
    ) {
        self.options = options
        self.users = users
        self.state = Guarded(state)
        self.stateFile = stateFile
        self.authority = authority
        self.history = history
        self.historyFile = historyFile
        self.faults = faults
        self.broker = broker
        tokens = TokenIssuer(life: options.tokenLife)
    }

    /// Reads the state.
    func read<Result>(_ body: (PlatformState) -> Result) -> Result { state.withLock { body($0) } }

    /// Changes the state, all or nothing, and has it written.
    func change<Result>(_ body: (inout PlatformState) throws(Refusal) -> Result) throws(Refusal) -> Result {
        let result = try state.withLock { state throws(Refusal) -> Result in
            var draft = state
            let result = try body(&draft)
            state = draft
            return result
        }
        save()
        return result
    }

    /// Has the state written.
    func save() { stateFile?.save { [state] in JSON.encode(state.withLock { $0 }) } }

    /// The names of a device's end entities.
    static func endEntityNames(of device: String, _ options: SandboxOptions) -> [String] {
        switch options.endEntities {
        case .bare: [device]
        case .prefixed: ["\(options.tenant):\(device)"]
        case .both: [device, "\(options.tenant):\(device)"]
        }
    }

    func endEntityNames(of device: String) -> [String] { Self.endEntityNames(of: device, options) }

    /// Revokes certificates, puts them on the list that the broker goes by, and ends the sessions of their holders.
    func revoke(reason: RevocationReason, where isMeant: (IssuedCertificate) -> Bool) throws(Refusal) {
        let names = try change { state throws(Refusal) -> Set<String> in
            var names: Set<String> = []
            for index in state.certificates.indices
            where state.certificates[index].revocation == nil && isMeant(state.certificates[index]) {
                state.certificates[index].revocation = .init(reason: reason.rawValue, date: Time.now)
                names.insert(state.certificates[index].commonName)
            }
            return names
        }
        guard !names.isEmpty else { return }
        _ = try makeRevocationList()
        try onBroker { broker throws(SandboxError) in
            try broker.reload()
            try broker.dropSessions(of: names)
        }
        try settleAdmissions(of: names)
    }

    /// Makes a new revocation list of all that was revoked, in the file that the broker reads.
    @discardableResult
    func makeRevocationList() throws(Refusal) -> CertificateRevocationList {
        // One at a time, so that the file never goes back to an older list.
        try listing.run { () throws(Refusal) -> CertificateRevocationList in
            let (certificates, number) = try change { state throws(Refusal) -> ([IssuedCertificate], Int) in
                state.revocationListNumber += 1
                return (state.certificates, state.revocationListNumber)
            }
            do throws(SandboxError) {
                return try authority.writeRevocationList(of: certificates, number: number)
            } catch { throw Refusal(500, error.message) }
        }
    }

    /// Forgets what a device said.
    func forget(_ device: String) {
        history.remove(device)
        historyFile?.remove(device)
    }

    /// Writes what is left to write.
    func closeFiles() throws(SandboxError) {
        try stateFile?.stop()
        try historyFile?.stop()
    }

    /// Does something with the broker; where it cannot be done the answer is 500.
    func onBroker(_ body: (Broker) throws(SandboxError) -> Void) throws(Refusal) {
        do { try body(broker) } catch { throw Refusal(500, error.message) }
    }
}
