import Fleet
import Testing

@Suite("Scenarios")
struct ScenarioTests {
    private static let example = """
        {
          "phases": [
            {"ramp": "100s", "rate": "500/s"},
            {"steady": "10m"},
            {"spike": "1m", "rate": 5000, "connections": "50%"},
            {"steady": 60, "rate": "100/s"},
            {"drain": "100s"}
          ],
          "certificates": [
            {"revoke": "1%", "at": "6m"},
            {"renew": "5%", "at": "3m", "over": "2m"},
            {"expire": 20, "at": "7m"}
          ],
          "seed": 7
        }
        """

    private func scenario(_ json: String = example) throws -> Scenario { try Scenario(json: Array(json.utf8)) }

    @Test(
        "what is aimed at follows from the time alone",
        arguments: [
            (-1, 0, 0), (0, 0, 0), (50, 500, 250), (99.9, 999, 499.5), (100, 1000, 500), (699, 1000, 500),
            (700, 500, 5000), (759, 500, 5000), (760, 1000, 100), (819, 1000, 100), (820, 1000, 100), (870, 500, 100),
            (920, 0, 100), (1e9, 0, 100),
        ] as [(Double, Int, Double)])
    func targets(time: Double, connections: Int, rate: Double) throws {
        let target = try scenario().target(at: time, devices: 1000)
        #expect(target.connections == connections)
        #expect(abs((target.rate ?? -1) - rate) < 0.001)
    }

    @Test(
        "phases lead from one to the next",
        arguments: [
            (#"[{"steady": "10s"}]"#, 5, nil, 0, nil), (#"[{"steady": "10s", "connections": 30}]"#, 5, nil, 30, nil),
            (#"[{"ramp": "10s", "connections": 30}]"#, 5, 7, 15, 7), (#"[{"ramp": "10s"}]"#, 5, nil, 50, nil),
            (#"[{"ramp": "10s", "rate": 100}]"#, 5, 50, 50, 75),
            (#"[{"ramp": 1}, {"drain": "10s", "rate": 0}]"#, 6, 50, 50, 25),
            (#"[{"ramp": 1}, {"drain": "10s", "connections": "50%"}]"#, 11, nil, 50, nil),
            (#"[{"ramp": 1}, {"spike": "10s", "rate": 9}]"#, 11, 50, 100, 50),
            (#"[{"steady": 1, "connections": 500}]"#, 0, nil, 100, nil),
        ] as [(String, Double, Double?, Int, Double?)])
    func phases(phases: String, time: Double, before: Double?, connections: Int, rate: Double?) throws {
        let target = try scenario("{\"phases\": \(phases)}").target(at: time, devices: 100, rate: before)
        #expect(target == Scenario.Target(connections: connections, rate: rate))
    }

    @Test("shares of the fleet are picked by the seed, each device once, and events come in the order of time")
    func plan() throws {
        let scenario = try scenario()
        let plan = try ScenarioPlan(scenario, devices: 1000, seed: 1)
        #expect(plan.counts == [.healthy: 920, .renewed: 50, .revoked: 10, .expired: 20])
        #expect(plan.events.map(\.time) == plan.events.map(\.time).sorted())
        #expect(Set(plan.events.map(\.device)).count == 80)
        #expect(plan.events.allSatisfy { plan.cohort(of: $0.device) == $0.kind.cohort })
        let cohorts = (0..<1000).map { plan.cohort(of: $0) }
        #expect(cohorts.filter { $0 == .healthy }.count == 920)
        let renewals = plan.events.filter { $0.kind == .renew }.map(\.time)
        #expect(renewals.first == 180 && renewals.last == 300 && Set(renewals).count == 50)
        #expect(Set(plan.events.filter { $0.kind == .revoke }.map(\.time)) == [360])
        // The scenario's own seed goes before the run's.
        #expect(try ScenarioPlan(scenario, devices: 1000, seed: 2).events == plan.events)
        let seedless = Scenario(phases: scenario.phases, events: scenario.events)
        #expect(try ScenarioPlan(seedless, devices: 1000, seed: 2).events != plan.events)
        #expect(try ScenarioPlan(seedless, devices: 1000, seed: 7).events == plan.events)
    }

    @Test(
        "shares fit the fleet, or are refused",
        arguments: [
            (["50%", "50%"], 3, 1), (["50%", "50%"], 100, 0), (["29%"], 100, 71), (["100%"], 7, 0), (["5%"], 0, 0),
            (["7", "5%"], 40, 31),
        ] as [([String], Int, Int)])
    func shares(shares: [String], devices: Int, healthy: Int) throws {
        let events = shares.map { "{\"revoke\": \(Int($0) == nil ? "\"\($0)\"" : $0), \"at\": 0}" }
        let scenario = try scenario(
            "{\"phases\": [{\"ramp\": 1}], \"certificates\": [\(events.joined(separator: ","))]}")
        let plan = try ScenarioPlan(scenario, devices: devices, seed: 1)
        #expect(plan.counts[.healthy] ?? 0 == healthy)
    }

    @Test("the parts of a plan are those of the devices, and together the whole")
    func parts() throws {
        let plan = try ScenarioPlan(scenario().events, devices: 100, seed: 7)
        let parts = (0..<3).map { plan.shard($0, of: 3) }
        let together = parts.enumerated().flatMap { index, part in
            part.events.map { ScenarioPlan.Event(time: $0.time, kind: $0.kind, device: $0.device * 3 + index) }
        }
        #expect(together.sorted { ($0.time, $0.device) < ($1.time, $1.device) } == plan.events)
        #expect(parts.map { $0.counts.values.reduce(0, +) } == [34, 33, 33])
        for device in 0..<100 { #expect(parts[device % 3].cohort(of: device / 3) == plan.cohort(of: device)) }
        // A worker's devices may be more than the test's.
        #expect(parts[0].cohort(of: 34) == .healthy)
    }

    @Test(
        "a line says what happens, and when",
        arguments: [
            ("5% at 3m over 2m", [CertificateEvent(.renew, at: 180, share: .share(0.05), spread: 120)]),
            ("20 at 90s", [CertificateEvent(.renew, at: 90, share: .count(20))]),
            (
                " 1 at 0,  2   at 1h over 1 ",
                [
                    CertificateEvent(.renew, at: 0, share: .count(1)),
                    CertificateEvent(.renew, at: 3600, share: .count(2), spread: 1),
                ]
            ),
        ] as [(String, [CertificateEvent])])
    func lines(line: String, events: [CertificateEvent]) throws {
        #expect(try CertificateEvent.list(.renew, line) == events)
    }

    @Test(
        "a line that does not is refused",
        arguments: [
            "", " ", "5%", "5% at", "5% at soon", "at 3m", "5% 3m", "5% at 3m over", "5% at 3m during 2m", "101% at 3m",
            "-1 at 3m", "1.5 at 3m", "5% at -3m", "5% at 2 years", "5% at 3m,", "5% at 400d", "5% at 3m over 2m more",
        ])
    func noLines(line: String) {
        let error = #expect(throws: FleetError.self) { try CertificateEvent.list(.revoke, line) }
        #expect(error?.message == "it takes a number of devices, or a share of them, and a time")
        #expect(error?.hint == "write 5% at 3m, or 20 at 3m over 2m")
    }

    @Test("more than there are is refused")
    func tooMany() throws {
        let scenario = try scenario(
            #"{"phases": [{"ramp": 1}], "certificates": [{"revoke": "60%", "at": 0}, {"renew": "60%", "at": 0}]}"#)
        let error = #expect(throws: FleetError.self) { try ScenarioPlan(scenario, devices: 10, seed: 1) }
        #expect(
            error?.message == "the certificates of 12 devices are to be renewed, revoked or expired, and there are 10")
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            ("[]", "line 1, column 1: expected a JSON object, found an array"),
            ("{}", "line 1, column 1: a scenario has \"phases\", such as [{\"ramp\": \"1m\"}, {\"steady\": \"10m\"}]"),
            ("{\"phases\": []}", "line 1, column 12: there is no phase in it"),
            ("{\"phases\": {}}", "line 1, column 12: phases is an array, not an object"),
            (
                "{\"phases\":\n [{\"rmap\": \"1m\"}]}",
                "line 2, column 4: a phase has no member \"rmap\"; did you mean \"ramp\"?"
            ),
            (
                "{\"phases\": [{}]}",
                "line 1, column 13: a phase is {\"ramp\": \"2m\"} or the like, with ramp, steady, spike, drain"
            ),
            (
                "{\"phases\": [{\"ramp\": 1, \"drain\": 2}]}",
                "line 1, column 34: it is \"ramp\" already, and cannot be \"drain\" too"
            ),
            (
                "{\"phases\": [{\"ramp\": \"soon\"}]}",
                "line 1, column 22: ramp takes a time of at most a year, such as \"90s\", \"2m\" or 120"
            ),
            ("{\"phases\": [{\"ramp\": 0}]}", "line 1, column 22: a phase takes more than no time"),
            (
                "{\"phases\": [{\"ramp\": 1, \"rate\": \"5/m\"}]}",
                "line 1, column 33: a rate is how many a second, such as \"5000/s\" or 5000"
            ),
            (
                "{\"phases\": [{\"ramp\": 1, \"connections\": \"101%\"}]}",
                "line 1, column 40: connections takes a number of devices such as 100, or a share of them such as \"5%\""
            ),
            (
                "{\"phases\": [{\"ramp\": 1, \"conections\": 5}]}",
                "line 1, column 25: a phase has no member \"conections\"; did you mean \"connections\"?"
            ),
            (
                "{\"phases\": [{\"ramp\": 1}], \"certificates\": [{\"renew\": 5}]}",
                "line 1, column 44: \"at\" says when: {\"renew\": \"5%\", \"at\": \"3m\"}"
            ),
            (
                "{\"phases\": [{\"ramp\": 9}], \"certificates\": [{\"renew\": 5, \"at\": 8, \"over\": 2}]}",
                "line 1, column 44: this would not be over when the phases are, after 9 s"
            ),
            (
                "{\"phases\": [{\"ramp\": 1}], \"seed\": 1.5}",
                "line 1, column 35: seed is a whole number of at most 18 digits"
            ),
            (
                "{\"phases\": [{\"ramp\": 1}], \"sead\": 1}",
                "line 1, column 27: the scenario has no member \"sead\"; did you mean \"seed\"?"
            ),
        ])
    func refused(json: String, message: String) throws {
        let error = try #require(throws: FleetError.self) { try scenario(json) }
        #expect(error.code == .invalidDeclaration)
        #expect(error.message == message)
    }
}
