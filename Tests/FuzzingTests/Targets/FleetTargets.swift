import Fleet

extension FuzzTarget {
    /// Scenarios, each planned for a few devices.
    static let scenarios = FuzzTarget("scenarios", longest: 2048) { bytes in
        let scenario: Scenario
        do throws(FleetError) {
            scenario = try Scenario(json: bytes)
        } catch {
            try requireHarmless(error.message, "what is wrong with a scenario")
            return
        }
        for time in [-1, 0, scenario.duration / 2, scenario.duration, .infinity] {
            let target = scenario.target(at: time, devices: 50, rate: 10)
            try require(
                (0...50).contains(target.connections), "\(target.connections) of 50 devices are to be connected")
            try require(target.rate.map { $0 >= 0 && $0.isFinite } == true, "a rate is \(target.rate ?? -1)")
        }
        guard let plan = try? ScenarioPlan(scenario, devices: 50, seed: 1) else { return }
        try require(plan.counts.values.reduce(0, +) == 50, "the cohorts are not all devices")
        for event in plan.events {
            try require(plan.cohort(of: event.device) == event.kind.cohort, "a device is in two cohorts")
            try require((0...scenario.duration).contains(event.time), "an event is outside of the scenario")
        }
    }

    private static let run = RunSummary(
        of: Timeline(), program: "", started: "", settings: [:], devices: [.healthy: 1])

    /// Assertions, evaluated on a run in which nothing was done.
    static let assertions = FuzzTarget("assertions", longest: 256) { bytes in
        let assertion: Assertion
        do throws(FleetError) {
            assertion = try Assertion(bytes.text)
        } catch {
            try requireHarmless(error.message, "what is wrong with an assertion")
            return
        }
        let outcome = assertion.evaluate(run)
        try requireHarmless(outcome.found, "what an assertion found")
        try require(run.figure(assertion.figure) != nil, "an assertion is about no figure")
    }
}
