/// What a run goes through: phases, one behind the other, and what happens to certificates meanwhile.
///
/// ```json
/// {
///   "phases": [
///     {"ramp": "2m", "rate": "500/s"},
///     {"steady": "10m"},
///     {"spike": "1m", "rate": "5000/s"},
///     {"drain": "1m"}
///   ],
///   "certificates": [
///     {"renew": "5%", "at": "3m", "over": "2m"},
///     {"revoke": "1%", "at": "6m"},
///     {"expire": 20, "at": "7m"}
///   ],
///   "seed": 7
/// }
/// ```
public struct Scenario: Sendable, Equatable {
    /// In the order in which they come; at least one.
    public let phases: [ScenarioPhase]
    /// In the order of their times.
    public let events: [CertificateEvent]
    /// Decides which devices are in which cohort; nil where the run's own does.
    public let seed: UInt64?

    /// Puts a scenario together.
    public init(phases: [ScenarioPhase], events: [CertificateEvent] = [], seed: UInt64? = nil) {
        self.phases = phases
        self.events = events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        self.seed = seed
    }

    /// How long it is, in seconds.
    public var duration: Double { phases.reduce(0) { $0 + $1.duration } }

    /// What is aimed at in a moment.
    public struct Target: Sendable, Equatable {
        /// How many devices are connected.
        public var connections: Int
        /// Publications a second of all devices together; nil where each publishes at its interval.
        public var rate: Double?

        /// Aims at something.
        public init(connections: Int, rate: Double?) { (self.connections, self.rate) = (connections, rate) }
    }

    /// What is aimed at so many seconds after the start; before it as at the start, after the end as at the end.
    ///
    /// - Parameters:
    ///   - devices: How many devices there are.
    ///   - rate: Publications a second until a phase says otherwise; nil where each publishes at its interval. A rate that a
    ///     ramp or a drain leads to begins at 0 where there was none.
    public func target(at time: Double, devices: Int, rate: Double? = nil) -> Target {
        var level = Level(connections: 0, rate: rate)
        var begin = 0.0
        for (index, phase) in phases.enumerated() {
            let isLast = index == phases.count - 1
            if time < begin + phase.duration || isLast {
                let fraction = min(max((time - begin) / phase.duration, 0), 1)
                let isOver = isLast && time >= begin + phase.duration
                return (isOver ? level.after(phase, devices) : level.within(phase, fraction, devices)).target
            }
            level = level.after(phase, devices)
            begin += phase.duration
        }
        return level.target
    }

    /// Connections and rate as they are on the way.
    private struct Level {
        var connections: Double
        var rate: Double?

        var target: Target { Target(connections: Int(connections.rounded()), rate: rate) }

        /// What a phase leads to, or stays at.
        private func goal(of phase: ScenarioPhase, _ devices: Int) -> Level {
            let connections: Double
            switch (phase.connections, phase.kind) {
            case (let given?, _): connections = given.of(devices)
            case (nil, .ramp): connections = Double(devices)
            case (nil, .drain): connections = 0
            case (nil, .steady), (nil, .spike): connections = self.connections
            }
            return Level(connections: connections, rate: phase.rate ?? rate)
        }

        func within(_ phase: ScenarioPhase, _ fraction: Double, _ devices: Int) -> Level {
            let goal = goal(of: phase, devices)
            guard phase.kind == .ramp || phase.kind == .drain else { return goal }
            return Level(
                connections: connections + (goal.connections - connections) * fraction,
                rate: goal.rate.map { (rate ?? 0) + ($0 - (rate ?? 0)) * fraction })
        }

        func after(_ phase: ScenarioPhase, _ devices: Int) -> Level {
            phase.kind == .spike ? self : goal(of: phase, devices)
        }
    }
}
