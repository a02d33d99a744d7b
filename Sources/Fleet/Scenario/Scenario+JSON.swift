import Payload

extension Scenario {
    /// Reads a scenario.
    ///
    /// - Throws: `FleetError` with `.invalidDeclaration`; the message has line and column.
    public init(json: [UInt8]) throws(FleetError) {
        do throws(PayloadError) {
            try self.init(try JSONElement(object: json))
        } catch {
            throw FleetError(.invalidDeclaration, error.description)
        }
    }

    private init(_ root: JSONElement) throws(PayloadError) {
        var members = try root.members(for: "the scenario")
        guard let phases = members.take("phases") else {
            throw root.error("a scenario has \"phases\", such as [{\"ramp\": \"1m\"}, {\"steady\": \"10m\"}]")
        }
        let (certificates, seed) = (members.take("certificates"), members.take("seed"))
        try members.finish()
        let list = try phases.array(for: "phases").map { (element) throws(PayloadError) in try ScenarioPhase(element) }
        guard !list.isEmpty else { throw phases.error("there is no phase in it") }
        let duration = list.reduce(0) { $0 + $1.duration }
        var events: [CertificateEvent] = []
        for element in try certificates?.array(for: "certificates") ?? [] {
            let event = try CertificateEvent(element)
            guard event.time + event.spread <= duration else {
                throw element.error("this would not be over when the phases are, after \(duration.shortText) s")
            }
            events.append(event)
        }
        self.init(
            phases: list, events: events,
            seed: try seed.map { (element) throws(PayloadError) in
                UInt64(bitPattern: try element.integer(for: "seed"))
            })
    }
}

extension ScenarioPhase {
    fileprivate init(_ element: JSONElement) throws(PayloadError) {
        var members = try element.members(for: "a phase")
        let (kind, duration) = try members.takeOne(
            of: Kind.self, element, "a phase is {\"ramp\": \"2m\"} or the like, with")
        let (connections, rate) = (members.take("connections"), members.take("rate"))
        try members.finish()
        let seconds = try duration.seconds(for: kind.rawValue)
        guard seconds > 0 else { throw duration.error("a phase takes more than no time") }
        self.init(
            kind, for: seconds,
            connections: try connections.map { (element) throws(PayloadError) in
                try element.quantity(for: "connections")
            },
            rate: try rate.map { (element) throws(PayloadError) in try element.rate() })
    }
}

extension CertificateEvent {
    fileprivate init(_ element: JSONElement) throws(PayloadError) {
        var members = try element.members(for: "an event")
        let (kind, share) = try members.takeOne(
            of: Kind.self, element, "an event is {\"renew\": \"5%\", \"at\": \"3m\"} or the like, with")
        let (time, spread) = (members.take("at"), members.take("over"))
        try members.finish()
        guard let time else { throw element.error("\"at\" says when: {\"\(kind.rawValue)\": \"5%\", \"at\": \"3m\"}") }
        self.init(
            kind, at: try time.seconds(for: "at"), share: try share.quantity(for: kind.rawValue),
            spread: try spread.map { (element) throws(PayloadError) in try element.seconds(for: "over") } ?? 0)
    }
}

extension JSONMembers {
    /// The one member that is named for a kind, with its value.
    fileprivate mutating func takeOne<Kind: RawRepresentable & CaseIterable>(
        of: Kind.Type, _ element: JSONElement, _ problem: String
    ) throws(PayloadError) -> (Kind, JSONElement) where Kind.RawValue == String {
        var found: (Kind, JSONElement)?
        for kind in Kind.allCases {
            guard let value = take(kind.rawValue) else { continue }
            if let found {
                throw value.error("it is \"\(found.0.rawValue)\" already, and cannot be \"\(kind.rawValue)\" too")
            }
            found = (kind, value)
        }
        if let found { return found }
        // A mistyped kind is told first, with what was meant.
        try finish()
        throw element.error("\(problem) \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
}

extension JSONElement {
    /// Seconds, written as a time with its unit or as a number.
    fileprivate func seconds(for what: String) throws(PayloadError) -> Double {
        var seconds: Double?
        switch content {
        case .string(let text): seconds = PeriodText.seconds(text)
        case .number(let text): seconds = Double(text)
        default: break
        }
        guard let seconds, ScenarioPhase.times.contains(seconds) else {
            throw error("\(what) takes a time of at most a year, such as \"90s\", \"2m\" or 120")
        }
        return seconds
    }

    /// So many devices, or such a share of them.
    fileprivate func quantity(for what: String) throws(PayloadError) -> ScenarioPhase.Quantity {
        switch content {
        case .number(let text): if let count = ScenarioPhase.Quantity(text) { return count }
        case .string(let text) where text.hasSuffix("%"):
            if let share = ScenarioPhase.Quantity(text) { return share }
        default: break
        }
        throw error("\(what) takes a number of devices such as 100, or a share of them such as \"5%\"")
    }

    /// Publications a second.
    fileprivate func rate() throws(PayloadError) -> Double {
        var rate: Double?
        switch content {
        case .number(let text): rate = Double(text)
        case .string(let text) where text.hasSuffix("/s"): rate = Double(text.dropLast(2))
        default: break
        }
        guard let rate, (0...1_000_000_000).contains(rate) else {
            throw error("a rate is how many a second, such as \"5000/s\" or 5000")
        }
        return rate
    }
}
