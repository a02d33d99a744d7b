/// The faults in force: which request meets which, and how often they still happen.
final class Faults: Sendable {
    /// A rule and what became of it.
    struct Active: Sendable {
        let rule: FaultRule
        var matched = 0
        var happened = 0
        let since = Time.monotonic

        var isSpent: Bool {
            if let count = rule.count, happened >= count { return true }
            if let duration = rule.duration, Time.monotonic - since > duration { return true }
            return false
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
            for index in active.indices where active[index].rule.matches(request) && !active[index].isSpent {
                let rule = active[index].rule
                active[index].matched += 1
                guard active[index].matched > rule.after else { continue }
                guard rule.probability >= 1 || Double.random(in: 0..<1) < rule.probability else { continue }
                active[index].happened += 1
                return rule.effects
            }
            return nil
        }
    }
}

extension FaultEffects {
    /// The answer to a request that meets this fault; `work` does what it asks for.
    func answer(doing work: () -> Response) -> Answer {
        if reset { return Answer(response: Response(), ending: .nothing) }
        var response = status.map { Self.refusal($0) } ?? work()
        if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
        if let retryAfterDate {
            response.headers.append(("Retry-After", Time.http(Time.now + Double(retryAfterDate))))
        }
        switch body {
        case .html:
            let text = "<html><head><title>\(response.status)</title></head><body><h1>nginx</h1></body></html>\r\n"
            response.headers.removeAll { $0.name == "Content-Type" }
            response.headers.append(("Content-Type", "text/html"))
            response.body = Array(text.utf8)
        case .notJSON: response.body = Array("{\"certificate\": MII".utf8)
        case .empty: response.body = []
        case nil: break
        }
        let ending: Answer.Ending = drop ? .nothing : cut.map { .cut(after: $0) } ?? .whole
        return Answer(response: response, delay: delay, ending: ending)
    }

    private static func refusal(_ status: Int) -> Response {
        let texts = [
            429: "API rate limit exceeded", 502: "An invalid response was received from the upstream server",
            503: "Service unavailable", 504: "The upstream server is timing out",
        ]
        struct Message: Encodable { let message: String }
        return .json(Message(message: texts[status] ?? "fault injected by dojot-sandbox"), status: status)
    }
}
