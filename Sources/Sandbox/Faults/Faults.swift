/// The faults in force: which request meets which, and how often they still happen.
final class Faults: Sendable {
    /// A rule and what became of it.
    struct Active: Sendable {
        let rule: FaultRule
        var matched = 0
        var happened = 0
        let since = Time.monotonic

        var isSpent: Bool {
            if let count = rule.conditions.count, happened >= count { return true }
            if let duration = rule.conditions.duration, Time.monotonic - since > duration { return true }
            return false
        }

        /// Counts one more that it is about, and says whether it goes wrong.
        mutating func happens() -> Bool {
            matched += 1
            guard matched > rule.conditions.after else { return false }
            let probability = rule.conditions.probability
            guard probability >= 1 || Double.random(in: 0..<1) < probability else { return false }
            happened += 1
            return true
        }
    }

    /// A rule as it is shown.
    struct Report: Encodable, Sendable {
        let rule: String
        let matched: Int
        let happened: Int
    }

    private let active: Guarded<[Active]>

    init(_ rules: [FaultRule]) { active = Guarded(rules.map { Active(rule: $0) }) }

    func add(_ rules: [FaultRule]) { active.withLock { $0 += rules.map { Active(rule: $0) } } }

    func removeAll() { active.withLock { $0 = [] } }

    var reports: [Report] {
        active.withLock { $0.map { Report(rule: $0.rule.text, matched: $0.matched, happened: $0.happened) } }
    }

    /// What goes wrong with a request: the first rule that is about it and not spent.
    func effects(on request: Request) -> FaultEffects? {
        active.withLock { active in
            for index in active.indices where active[index].rule.pattern.matches(request) && !active[index].isSpent {
                if active[index].happens() { return active[index].rule.effects }
            }
            return nil
        }
    }
}
