import Fleet

/// How many devices are to be connected, and how often they publish, from the start of a run to its end.
enum FleetCourse {
    /// So many more each second, until all are; then on and on, or to the end.
    case ramp(perSecond: Double, duration: Double?)
    case scenario(Scenario, rate: Double?)

    /// Seconds to the end; nil for none.
    var duration: Double? {
        switch self {
        case .ramp(_, let duration): duration
        case .scenario(let scenario, _): scenario.duration
        }
    }

    /// What is aimed at so many seconds after the start; no rate where each device has its interval.
    func target(at time: Double, devices: Int) -> Scenario.Target {
        switch self {
        case .ramp(let ramp, _):
            Scenario.Target(connections: Int(min(Double(devices), time * ramp + 1)), rate: nil)
        case .scenario(let scenario, let rate): scenario.target(at: time, devices: devices, rate: rate)
        }
    }
}
