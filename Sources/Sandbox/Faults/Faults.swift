import Threads

/// The faults in force: what meets which, and how often they still happen.
final class Faults: Sendable {
    /// A rule and what became of it.
    private struct Active: Sendable {
        let number: Int
        let rule: FaultRule
        var matched = 0
        var happened = 0
        let since = Time.monotonic

        /// When it is over, on the monotonic clock.
        var end: Double { rule.conditions.duration.map { since + $0 } ?? .infinity }

        /// Whether it has happened as often as it may.
        var isUsedUp: Bool { rule.conditions.count.map { happened >= $0 } ?? false }

        var isSpent: Bool { isUsedUp || Time.monotonic > end }

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

    private struct Rules {
        var active: [Active] = []
        var given = 0

        mutating func add(_ rules: [FaultRule]) {
            active += rules.enumerated().map { Active(number: given + $0, rule: $1) }
            given += rules.count
        }
    }

    /// A rule as it is shown.
    struct Report: Encodable, Sendable {
        let rule: String
        let matched: Int
        let happened: Int
    }

    private let rules: Guarded<Rules>

    init(_ rules: [FaultRule]) {
        var all = Rules()
        all.add(rules)
        self.rules = Guarded(all)
    }

    /// Has more go wrong from now on; gives the numbers of the rules, which none before them has.
    func add(_ rules: [FaultRule]) -> Range<Int> {
        self.rules.withLock { all in
            let start = all.given
            all.add(rules)
            return start..<all.given
        }
    }

    func removeAll() { rules.withLock { $0.active = [] } }

    var reports: [Report] {
        rules.withLock { rules in
            rules.active.map { Report(rule: $0.rule.text, matched: $0.matched, happened: $0.happened) }
        }
    }

    /// What goes wrong with a request: the first rule that is about it and not spent.
    func effects(on request: Request) -> FaultEffects? {
        rules.withLock { rules in
            for index in rules.active.indices {
                guard case .answers(let pattern, let effects) = rules.active[index].rule.subject,
                    pattern.matches(request), !rules.active[index].isSpent
                else { continue }
                if rules.active[index].happens() { return effects }
            }
            return nil
        }
    }

    /// What goes wrong with a new connection to the broker: as above.
    func fault(onNewConnection isSecured: Bool) -> ConnectionFault.Held? {
        fault { $0.isSpent ? nil : (isSecured, true) }
    }

    /// What goes wrong with a connection to the broker that stood when the rules of these numbers were given.
    func fault(of numbers: Range<Int>, onOpenConnection isSecured: Bool) -> ConnectionFault.Held? {
        // They have just been given: one that is for no time at all is not over yet.
        fault { numbers.contains($0.number) && !$0.isUsedUp ? (isSecured, false) : nil }
    }

    private func fault(_ connection: (Active) -> (isSecured: Bool, isNew: Bool)?) -> ConnectionFault.Held? {
        rules.withLock { rules in
            for index in rules.active.indices {
                guard case .connections(let fault) = rules.active[index].rule.subject,
                    let kind = connection(rules.active[index]),
                    fault.isAbout(secured: kind.isSecured, isNew: kind.isNew)
                else { continue }
                if rules.active[index].happens() {
                    let active = rules.active[index]
                    return ConnectionFault.Held(rule: active.number, fault: fault, end: active.end)
                }
            }
            return nil
        }
    }
}
