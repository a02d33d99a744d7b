import Dojot
import Enrollment
import PKI

/// A device as `status` shows it: what it is, how long it lasts, and what is to be done about it.
struct StatusRow {
    /// How pressing it is, the most pressing first; these names are stable, `--json` prints them.
    enum State: String, Comparable, CaseIterable {
        /// It cannot be used as it is.
        case broken
        /// A run was cut off: it is completed by the next one.
        case pending
        /// Its certificate is to be renewed.
        case renew
        /// It works, but something about it should be known.
        case attention
        case ok

        static func < (left: State, right: State) -> Bool { left.order < right.order }

        private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    let identity: StoredIdentity
    let state: State
    /// What is wrong or to be done, the worst first: a name for scripts, and words.
    let problems: [(code: String, message: String)]
    /// Whether the certificate has no more than the margin left, or cannot tell.
    let failsMargin: Bool
    private let now: Timestamp

    /// - Parameter margin: the seconds that a certificate must have left, where that was asked for.
    init(_ identity: StoredIdentity, at now: Timestamp, margin: Int64?) {
        self.identity = identity
        self.now = now
        let left = identity.certificate.map { now.seconds(until: Timestamp(unixSeconds: $0.notAfter)) }
        let isPast = left.map { $0 < 0 } ?? false
        let isDue = identity.certificate.map { Self.isDue($0, at: now, margin) } ?? false
        var problems = identity.flaws.filter(Self.isBreaking).map { ($0.rawValue, Self.words(for: $0, identity)) }
        if isPast { problems.append(("expired", "expired")) }
        if let certificate = identity.certificate, certificate.notBefore > now.unixSeconds {
            problems.append(("not-yet-valid", "not valid before \(Timestamp(unixSeconds: certificate.notBefore))"))
        }
        let isBroken = !problems.isEmpty
        let isPending = identity.pending != nil
        if isPending { problems.append(("pending", "pending: run retrieve-cert again")) }
        if isDue && !isPast { problems.append(("renew", "renew")) }
        let notes = identity.flaws.filter { !Self.isBreaking($0) }
        problems += notes.map { ($0.rawValue, Self.words(for: $0, identity)) }
        self.problems = problems
        state = isBroken ? .broken : isPending ? .pending : isDue ? .renew : notes.isEmpty ? .ok : .attention
        let isUnknown = identity.flaws.contains { [.certificateUnreadable, .permissionDenied].contains($0) }
        failsMargin = margin.map { margin in isUnknown || left.map { $0 <= margin } ?? false } ?? false
    }

    /// The order of rows: by state, then by what ends first, then by name.
    static func precedes(_ left: StatusRow, _ right: StatusRow) -> Bool {
        let (leftEnd, rightEnd) = (
            left.identity.certificate?.notAfter ?? .min, right.identity.certificate?.notAfter ?? .min
        )
        return (left.state, leftEnd, left.identity.name) < (right.state, rightEnd, right.identity.name)
    }

    /// How long the certificate lasts, such as "341 d" or "2 d ago"; empty where there is none.
    var expiry: String {
        guard let certificate = identity.certificate else { return "" }
        let left = now.seconds(until: Timestamp(unixSeconds: certificate.notAfter))
        return TimeDistance(seconds: left).short + (left < 0 ? " ago" : "")
    }

    /// How pressing the time that is left is: red in the last tenth of a certificate's life, yellow when it is to be renewed.
    var expiryColour: Colour? {
        guard let certificate = identity.certificate else { return nil }
        let end = Timestamp(unixSeconds: certificate.notAfter)
        let left = now.seconds(until: end)
        if left < Timestamp(unixSeconds: certificate.notBefore).seconds(until: end) / 10 { return .bad }
        return problems.contains { $0.code == "renew" } ? .warning : .good
    }

    /// Whether `renew` would renew it: in the last third of its life, or in the time asked for.
    private static func isDue(_ certificate: Certificate, at now: Timestamp, _ margin: Int64?) -> Bool {
        let rules = [.lastThird] + (margin.map { [RenewalRule.within($0)] } ?? [])
        return rules.contains { $0.dueTime(of: certificate) <= now.unixSeconds }
    }

    private static func isBreaking(_ flaw: StoredIdentity.Flaw) -> Bool {
        switch flaw {
        case .profileMissing, .keyExposed, .listUnusable: false
        default: true
        }
    }

    private static func words(for flaw: StoredIdentity.Flaw, _ identity: StoredIdentity) -> String {
        let authority = identity.authorityName ?? "its CA"
        return switch flaw {
        case .folderOpen: "others may write to its folder: run diagnose"
        case .permissionDenied: "permission denied: run diagnose"
        case .filesMissing: "its files are links to missing files: run retrieve-cert again"
        case .certificateUnreadable: "certificate cannot be read"
        case .certificateMissing: "certificate missing: run retrieve-cert again"
        case .keyMissing: "key missing"
        case .keyUnreadable: "key cannot be read"
        case .keyEncrypted: "key is encrypted"
        case .keyMismatch: "key is not the certificate's"
        case .nameMismatch: "certificate is for \(identity.certificate?.subject.commonName ?? "nobody")"
        case .keyExposed: "others may read the key"
        case .revoked: "revoked"
        case .notSigned: "not signed by \(authority)"
        case .authorityMissing: "CA certificate missing"
        case .authorityUnreadable: "CA certificate cannot be read"
        case .isAuthority: "is a CA's certificate"
        case .profileMissing: "no profile: run retrieve-cert again"
        case .profileUnreadable: "profile cannot be read"
        case .listUnusable: "revocation list of \(authority) cannot be used: run diagnose"
        }
    }
}
