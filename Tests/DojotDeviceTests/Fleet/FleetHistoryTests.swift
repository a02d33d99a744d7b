import Foundation
import TestSupport
import Testing

/// `fleet simulate --history`: from a device to the platform's history, against a sandbox and its broker.
@Suite("fleet simulate --history")
struct FleetHistoryTests {
    private let fleet: FleetFolder
    private let ids = FleetFolder.ids(30)

    init() throws {
        fleet = try FleetFolder(on: "0.8", devices: ids)
        _ = try fleet.summary(["--all-devices", "--broker", fleet.retrieval.sandbox.ready.mqtts])
    }

    @Test(
        "what is followed is in the history, each number once, whatever else the devices say",
        arguments: [("0", "generators"), ("1", "template")])
    func follows(quality: String, source: String) throws {
        let payload = try fleet.retrieval.folder.write(
            #"{"probe": {"$uniform": [1, 9]}, "timestamp": {"$timestamp": "ms"}}"#, to: "payload.json")
        let words = source == "template" ? ["--payload", payload] : ["temperature=20..30"]
        let outcome = try fleet.simulate(
            [
                "--qos", quality, "--ramp", "100/s", "--interval", "500ms", "--duration", "5s", "--history",
                "probe=20/s", "--assert", "history.p99 < 20s", "--assert", "history.failed == 0", "--json",
            ] + words)
        let run = try FleetFolder.Run(outcome)
        let history = try #require(run.total.operations["history"])
        // 20 a second, to the end that the run had; those that were due while no device was connected are left out.
        let most = Int(20 * run.duration) + 1
        #expect(run.duration >= 5 && (10...most).contains(history.succeeded) && history.failed == 0, "\(history)")
        #expect(run.total.operations["publish"]?.succeeded == run.total.due && run.total.lost == 0, "\(run.total)")
        let numbers = try ids.flatMap { try fleet.history($0, "probe") }.filter { $0 > 1e12 }
        #expect(numbers.count == history.succeeded && Set(numbers).count == numbers.count)
        #expect(outcome.stderr.contains("holds: history.p99 is "))
    }

    @Test("a history that stalls is a failure of each, and the run ends in its time")
    func stalls() throws {
        try fleet.retrieval.inject("GET /history/* stall")
        let start = Date()
        let outcome = try fleet.simulate(
            [
                "--ramp", "100/s", "--interval", "500ms", "--duration", "3s", "--timeout", "2", "--history",
                "probe=10/s", "--assert", "history.failed == 0", "--assert", "publish.failed == 0", "--json",
                "n=counter",
            ])
        #expect(Date().timeIntervalSince(start) < 30)
        let run = try FleetFolder.Run(outcome, status: 3)
        let history = try #require(run.total.operations["history"])
        #expect(history.succeeded == 0 && history.failures["timeout"] ?? 0 > 5, "\(history)")
        // The last one may have been due in the moment in which the run was over.
        #expect(history.failures["unfinished"] ?? 0 <= 1 && history.failures.count <= 2, "\(history)")
        #expect(outcome.stderr.contains("holds: publish.failed is 0"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("fails: history.failed is \(history.failed)"), "\(outcome.stderr)")
    }

    @Test("a history that is away for a moment is asked again; one that stays away, or refuses, is told by its cause")
    func fails() throws {
        let arguments = [
            "--ramp", "100/s", "--duration", "3s", "--timeout", "3", "--history", "probe=10/s", "--json",
        ]
        try fleet.retrieval.inject("GET /history/* status=503 count=4")
        let some = try #require(try FleetFolder.Run(fleet.simulate(arguments)).total.operations["history"])
        #expect(some.succeeded > 5 && some.failed == 0, "\(some)")
        try fleet.retrieval.mend()
        for (status, cause) in [(503, "platform.unavailable"), (403, "platform.forbidden")] {
            try fleet.retrieval.inject("GET /history/* status=\(status)")
            let none = try #require(try FleetFolder.Run(fleet.simulate(arguments)).total.operations["history"])
            #expect(none.succeeded == 0 && none.failures == [cause: none.failed], "\(none)")
            try fleet.retrieval.mend()
        }
    }

    @Test("what is not found when the run is ended counts, and Ctrl-C is not kept waiting for it")
    func ends() throws {
        try fleet.retrieval.inject("GET /history/* stall")
        let child = try fleet.startSimulation(["--ramp", "100/s", "--history", "probe=10/s", "--json", "n=counter"])
        let sandbox = fleet.retrieval.sandbox
        let end = Date(timeIntervalSinceNow: 30)
        while try !sandbox.request("GET", "/_sandbox/faults").body.contains(#""happened":4"#), Date() < end {
            usleep(50_000)
        }
        let start = Date()
        child.signal(SIGINT)
        let history = try #require(
            try FleetFolder.Run(child.wait(timeout: 30)).total.operations["history"])
        #expect(Date().timeIntervalSince(start) < 15)
        #expect(history.succeeded == 0 && history.failures == ["unfinished": history.failed], "\(history)")
    }

    @Test("a terminal sees both ways, each with its name, and the report has them")
    func terminal() throws {
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"),
            [
                "fleet", "simulate", "--ramp", "100/s", "--history", "probe=20/s", "--actuate", "reset=20/s", "--out",
                "report", "n=counter",
            ], environment: fleet.retrieval.sandbox.credentials, in: fleet.retrieval.folder.path)
        #expect(terminal.waitFor(" ms  (config to device)"), "\(terminal.screen)")
        #expect(terminal.waitFor(" ms  (attrs to history)"), "\(terminal.screen)")
        terminal.type("\u{3}")
        #expect(terminal.waitFor("  history  "), "\(terminal.screen)")
        #expect(terminal.wait(timeout: 20) == 0)
        let page = try fleet.retrieval.folder.read("report/report.html")
        #expect(page.contains("End to end, attrs to history: latency") && page.contains("attrs to history p99"))
        #expect(try !fleet.retrieval.folder.read("report/histogram-history.hgrm").isEmpty)
    }
}
