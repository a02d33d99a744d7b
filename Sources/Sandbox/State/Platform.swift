import PKI
import Threads

/// The platform in small: what its routes act on.
final class Platform: Sendable {
    let options: SandboxOptions
    let users: [User]
    let access: GatewayAccess
    let authority: CertificateAuthority
    let history: HistoryFile
    let faults: Faults
    let brokers: Brokers
    let disabledDevices: DisabledDevices
    private let state: Guarded<PlatformState>
    /// nil where nothing is kept.
    private let journal: StateJournal?
    /// Who is let in at the brokers: settled for all devices whose turn has come, so that the brokers are never left with an older
    /// state of things.
    private let admitting: SharedWork<String, Void>
    /// What follows a revocation, likewise: the list, and the end of the sessions of those whose names are given.
    private let revoking: SharedWork<String, Void>
    /// How a new revocation list is made.
    private let listing: @Sendable () -> Result<CertificateRevocationList, Refusal>

    init(
        _ options: SandboxOptions, users: [User], access: GatewayAccess, state: PlatformState, journal: StateJournal?,
        authority: CertificateAuthority, history: HistoryFile, faults: Faults, brokers: Brokers,
        disabledDevices: DisabledDevices
    ) {
        let state = Guarded(state)
        self.options = options
        self.users = users
        self.access = access
        self.state = state
        self.journal = journal
        self.authority = authority
        self.history = history
        self.faults = faults
        self.brokers = brokers
        self.disabledDevices = disabledDevices
        admitting = SharedWork { devices in
            let admissions = state.withLock { state in Set(devices).map { state.admission(of: $0, options) } }
            return Self.orRefusal { () throws(SandboxError) in try brokers.settle(admissions) }
        }
        // One at a time, so that the file never goes back to an older list.
        let turn = OneAtATime()
        let listing: @Sendable () -> Result<CertificateRevocationList, Refusal> = {
            turn.run {
                do throws(Refusal) {
                    let (revoked, number) = try Self.change(state, journal) { state, changes throws(Refusal) in
                        var numbers = state.numbers
                        numbers.revocationList += 1
                        changes.append(.numbers(numbers))
                        return (state.certificates.revoked, numbers.revocationList)
                    }
                    return Self.orRefusal { () throws(SandboxError) in
                        try authority.writeRevocationList(of: revoked, number: number)
                    }
                } catch { return .failure(error) }
            }
        }
        self.listing = listing
        revoking = SharedWork { names in
            if case .failure(let refusal) = listing() { return .failure(refusal) }
            return Self.orRefusal { () throws(SandboxError) in
                try brokers.reload()
                try brokers.dropSessions(of: Set(names))
            }
        }
    }

    /// Reads the state.
    func read<Result, Failure: Error>(
        _ body: (PlatformState) throws(Failure) -> Result
    ) throws(Failure) -> Result { try state.withLock { state throws(Failure) in try body(state) } }

    /// Changes the state, all or nothing: `body` says what changes, and nothing does where it throws or what changes cannot be written.
    func change<Result>(
        _ body: (PlatformState, inout [StateChange]) throws(Refusal) -> Result
    ) throws(Refusal) -> Result { try Self.change(state, journal, body) }

    private static func change<Result>(
        _ state: Guarded<PlatformState>, _ journal: StateJournal?,
        _ body: (PlatformState, inout [StateChange]) throws(Refusal) -> Result
    ) throws(Refusal) -> Result {
        try state.withLock { state throws(Refusal) -> Result in
            var changes: [StateChange] = []
            let result = try body(state, &changes)
            do throws(SandboxError) { try journal?.append(changes) } catch { throw Refusal(500, error.message) }
            for change in changes { state.apply(change) }
            journal?.compact(state)
            return result
        }
    }

    /// The names of a device's end entities.
    static func endEntityNames(of device: String, _ options: SandboxOptions) -> [String] {
        switch options.endEntities {
        case .bare: [device]
        case .prefixed: ["\(options.tenant):\(device)"]
        case .both: [device, "\(options.tenant):\(device)"]
        }
    }

    func endEntityNames(of device: String) -> [String] { Self.endEntityNames(of: device, options) }

    /// Has the brokers let in who bears the names of devices, or shut them out, as the state now has it.
    func settleAdmissions(of devices: [String]) throws(Refusal) { try admitting.run(devices) }

    /// Revokes certificates, puts them on the list that the brokers go by, and ends the sessions of their holders.
    ///
    /// - Parameter chosen: Gives those that are meant; of them, those that are revoked already stay as they are.
    func revoke(reason: RevocationReason, _ chosen: (PlatformState) -> [IssuedCertificate]) throws(Refusal) {
        let revoked = try change { state, changes throws(Refusal) -> [IssuedCertificate] in
            var revoked: [IssuedCertificate] = []
            for var certificate in chosen(state) where certificate.revocation == nil {
                certificate.revocation = .init(reason: reason.rawValue, date: Time.now)
                changes.append(.certificate(certificate))
                revoked.append(certificate)
            }
            return revoked
        }
        guard !revoked.isEmpty else { return }
        try revoking.run(revoked.map { $0.identity(options.release.identification) })
        try settleAdmissions(of: revoked.compactMap { $0.record?.device })
    }

    /// Makes a new revocation list of all that was revoked, in the file that the brokers read.
    @discardableResult
    func makeRevocationList() throws(Refusal) -> CertificateRevocationList { try listing().get() }

    /// Writes what is left to write.
    func closeFiles() throws(SandboxError) {
        journal?.stop()
        try history.stop()
    }

    /// Does something with the brokers; where it cannot be done the answer is 500.
    func onBrokers(_ body: (Brokers) throws(SandboxError) -> Void) throws(Refusal) {
        do { try body(brokers) } catch { throw Refusal(500, error.message) }
    }

    private static func orRefusal<Output>(
        _ body: () throws(SandboxError) -> Output
    ) -> Result<Output, Refusal> {
        do throws(SandboxError) { return .success(try body()) } catch { return .failure(Refusal(500, error.message)) }
    }
}
