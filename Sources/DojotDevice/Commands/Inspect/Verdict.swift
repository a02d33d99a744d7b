import PKI

/// What the findings mean for the program's end.
struct Verdict {
    let inspection: Inspection
    /// Whether `--expires-within` asks about time.
    let judgesTime: Bool

    /// Throws what ends the program with another code than 0: what is missing before what is wrong before what runs out.
    func check() throws(Failure) {
        let serious = inspection.entries.compactMap { entry in code(of: entry.finding.code).map { (entry, code: $0) } }
        let codes: [ExitCode] = [.noInput, .dataError, .checkFailed]
        guard let worst = codes.first(where: { code in serious.contains { $0.code == code } }) else { return }
        // Where nothing could be shown, each file has a line of its own; else the findings have been listed.
        var told = serious.map(\.0)
        if !inspection.objects.isEmpty { told = serious.filter { $0.code == worst }.prefix(1).map(\.0) }
        let rest = serious.count - told.count
        for (index, entry) in told.enumerated() {
            let failure = Failure(
                worst, Self.message(entry) + (rest > 0 ? " (and \(rest) more)" : ""),
                hint: entry.hint ?? hint(for: entry))
            if index == told.count - 1 { throw failure }
            Console.error(failure)
        }
    }

    private static func message(_ entry: Inspection.Entry) -> String {
        let message = "\(entry.name): \(entry.finding.message)"
        switch entry.finding.code {
        case .missing, .empty, .unreadable: return message.contains("cannot read") ? message : "cannot read \(message)"
        default: return message
        }
    }

    /// How the program ends where a finding is the worst; nil for one that is only shown.
    private func code(of finding: Finding.Code) -> ExitCode? {
        switch finding {
        case .missing: .noInput
        case .empty, .unreadable, .trailingData, .badSignature, .wrongOrder, .mismatch, .notAuthority, .brokenChain:
            .dataError
        case .revoked, .unusableList: .checkFailed
        case .expired, .expiresSoon, .staleList: judgesTime ? .checkFailed : nil
        case .notYetValid, .weakKey, .unusualKey, .weakSignature, .isAuthority, .selfSigned, .wrongUsage, .encryptedKey,
            .exposedKey, .partialList, .uncheckedList, .ambiguousName:
            nil
        }
    }

    private func hint(for entry: Inspection.Entry) -> String? {
        switch entry.finding.code {
        case .expired, .expiresSoon:
            IdentityPath(entry.file)?.context.renewal ?? "if it is a device's certificate, renew it with renew"
        case .unreadable: IdentityPath(entry.file)?.retrieval
        default: nil
        }
    }
}
