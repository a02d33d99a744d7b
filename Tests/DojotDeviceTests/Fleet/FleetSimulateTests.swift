import Foundation
import TestSupport
import Testing

/// `fleet simulate` as its user sees it, against a sandbox whose devices have their identities.
@Suite("fleet simulate")
struct FleetSimulateTests {
    private let fleet: FleetFolder
    private let ids = FleetFolder.ids(12)

    init() throws {
        fleet = try FleetFolder(on: "0.8", devices: ids, ["--broker-relay"])
        _ = try fleet.summary(["--all-devices", "--broker", fleet.retrieval.sandbox.ready.mqtts])
    }

    @Test("all devices connect, and what each says is in its history")
    func publishes() throws {
        let summary = try FleetFolder.Run(
            fleet.simulate(["--ramp", "50/s", "--interval", "300ms", "--duration", "3s", "--json", "n=counter"]))
        #expect(summary.mostConnected == ids.count)
        #expect(summary.total.operations["connect"]?.succeeded == ids.count)
        let published = try #require(summary.total.operations["publish"])
        #expect(published.failed == 0 && published.succeeded == summary.total.due && summary.total.lost == 0)
        // From 2.7 s of them 9 each, with 10 % of jitter; a busy machine may begin later.
        #expect((ids.count...ids.count * 11).contains(summary.total.due), "\(summary.total.due)")
        var stored = 0
        for id in ids {
            let values = try fleet.history(id, "n", atLeast: 1)
            #expect(values == (1...max(1, values.count)).map(Double.init), "\(id): \(values)")
            stored += values.count
        }
        #expect(stored == published.succeeded)
    }

    @Test("each quality of service is acknowledged as it is", arguments: [0, 2])
    func qualities(quality: Int) throws {
        let summary = try FleetFolder.Run(
            fleet.simulate([
                "-q", "\(quality)", "--ramp", "50/s", "--rate", "60/s", "--duration", "3s", "--json", "n=counter",
            ]))
        let published = try #require(summary.total.operations["publish"])
        #expect(published.failed == 0 && published.succeeded == summary.total.due - summary.total.leftOut)
        #expect(summary.total.lost == 0 && published.succeeded > 30, "\(published)")
    }

    @Test("a pace that changes, to a standstill too, holds at once, and who leaves takes nothing with him")
    func paces() throws {
        let scenario = try fleet.retrieval.folder.write(
            """
            {"phases": [
                {"ramp": "1s"}, {"steady": "1s", "rate": 0}, {"spike": "3s", "rate": "200/s"}, {"drain": "1s", "rate": "200/s"}
            ]}
            """, to: "paces.json")
        // At their interval they would say nothing in the time that there is.
        let summary = try FleetFolder.Run(
            fleet.simulate(["--scenario", scenario, "--interval", "5m", "--json", "n=counter"]))
        let published = try #require(summary.total.operations["publish"])
        #expect((550...750).contains(summary.total.due), "\(summary.total.due)")
        #expect(published.failed == 0 && summary.total.lost == 0)
        #expect(published.succeeded + summary.total.leftOut == summary.total.due)
        #expect((5.9...6.5).contains(summary.duration), "\(summary.duration)")
    }

    @Test("with the same seed each device says the same again, whoever is beside it")
    func repeats() throws {
        let arguments = ["--interval", "100ms", "--duration", "2s", "--seed", "5", "temperature=1..100000"]
        let one = fleet.retrieval.folder.path("one")
        try "\(ids[3])\n".write(toFile: one, atomically: true, encoding: .utf8)
        _ = try #require(try fleet.simulate(arguments).status == 0)
        let first = try fleet.history(ids[3], "temperature", atLeast: 5)
        _ = try #require(try fleet.simulate(arguments + ["--from", one]).status == 0)
        let both = try fleet.history(ids[3], "temperature", atLeast: first.count + 5)
        let second = Array(both.dropFirst(first.count))
        let length = min(first.count, second.count)
        #expect(length >= 5)
        #expect(first.prefix(length) == second.prefix(length))
    }

    @Test("what a template says is sent, and what is told on config acknowledged as it says")
    func template() throws {
        try fleet.retrieval.folder.write("value\n17\n18\n19\n", to: "table.csv")
        let payload = try fleet.retrieval.folder.write(
            #"{"attrs": {"n": {"$replay": "table.csv", "column": "value"}}, "config": {"set": ["reset"]}}"#,
            to: "payload.json")
        let child = try fleet.startSimulation(["--payload", payload, "--interval", "200ms", "--json"])
        #expect(try !fleet.history(ids[0], "n", atLeast: 3).isEmpty)
        let sandbox = fleet.retrieval.sandbox
        let answer = try sandbox.request(
            "PUT", "/device/\(ids[0])/actuate", json: #"{"attrs": {"reset": 7}}"#, token: sandbox.logIn())
        #expect(answer.status == 200, "\(answer.body)")
        // The actuation is in the history too.
        #expect(try fleet.history(ids[0], "reset", atLeast: 2) == [7, 7])
        #expect(try Set(fleet.history(ids[0], "n")).isSubset(of: [17, 18, 19]))
        child.signal(SIGINT)
        let summary = try FleetFolder.Run(child.wait(timeout: 20))
        #expect(summary.total.operations["subscribe"]?.succeeded == ids.count)
        #expect(summary.total.received == 1)
    }

    @Test("a device has the label of its table's column, its id without one")
    func labels() throws {
        let list = try fleet.retrieval.folder.write("id,label\n\(ids[0]),cellar\n\(ids[1]),\n", to: "list.csv")
        let payload = try fleet.retrieval.folder.write(#"{"name": {"$device": "label"}}"#, to: "payload.json")
        let outcome = try fleet.simulate(
            ["--from", list, "--payload", payload, "--interval", "200ms", "--duration", "2s"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let sandbox = fleet.retrieval.sandbox
        for (id, label) in [(ids[0], "cellar"), (ids[1], ids[1])] {
            let answer = try sandbox.request(
                "GET", "/history/device/\(id)/history?attr=name&lastN=1", token: sandbox.logIn())
            #expect(answer.body.contains(#""value":"\#(label)""#), "\(answer.body)")
        }
    }

    @Test("devices whose broker went away come back, and lose no message that was on its way")
    func comesBack() throws {
        let child = try fleet.startSimulation(["--interval", "200ms", "--ramp", "100/s", "--json", "n=counter"])
        #expect(try !fleet.history(ids[0], "n", atLeast: 2).isEmpty)
        try fleet.retrieval.inject("broker cut for=0")
        let before = try fleet.history(ids[0], "n").count
        #expect(try fleet.history(ids[0], "n", atLeast: before + 4).count >= before + 4)
        child.signal(SIGTERM)
        let summary = try FleetFolder.Run(child.wait(timeout: 20))
        #expect(summary.total.disconnected == ids.count)
        #expect(summary.total.operations["connect"]?.succeeded == 2 * ids.count)
        #expect(summary.total.lost == 0)
        let published = try #require(summary.total.operations["publish"])
        #expect(published.succeeded == summary.total.due - summary.total.leftOut)
    }

    @Test("a scenario renews and revokes while the devices are at work, and what must hold is checked")
    func scenario() throws {
        let scenario = try fleet.retrieval.folder.write(
            """
            {"phases": [{"ramp": "2s", "rate": "40/s"}, {"steady": "12s"}],
             "certificates": [{"renew": 4, "at": "3s", "over": "1s"}, {"revoke": 2, "at": "4s"}]}
            """, to: "scenario.json")
        let before = try ids.map { try fleet.retrieval.serial(of: $0) }
        let outcome = try fleet.simulate(
            [
                "--scenario", scenario, "--out", "report", "--assert", "renewed.lost == 0", "--assert",
                "revoked.returned == 0", "--assert", "revoked.off.count == revoked.devices", "--assert",
                "publish.p99 < 1ms", "--json", "n=counter",
            ])
        let summary = try FleetFolder.Run(outcome, status: 3)
        #expect(outcome.stderr.contains("holds: renewed.lost is 0"))
        #expect(outcome.stderr.contains("holds: revoked.returned is 0"))
        #expect(outcome.stderr.contains("holds: revoked.off.count is 2"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("fails: publish.p99 is "))
        #expect(outcome.stderr.contains("error: what was to hold does not: publish.p99 < 1ms"))
        #expect(summary.cohorts["renewed"]?.operations["renew"]?.succeeded == 4)
        #expect(summary.cohorts["revoked"]?.operations["revoke"]?.succeeded == 2)
        #expect((summary.cohorts["revoked"]?.operations["connect"]?.failures["tls.client.revoked"] ?? 0) > 0)
        #expect(summary.total.connected == ids.count - 2)
        let changed = try zip(ids, before).filter { try fleet.retrieval.serial(of: $0) != $1 }
        #expect(changed.count == 4)
        for id in changed.map(\.0) { #expect(try fleet.retrieval.holdsTogether(id)) }
        for file in ["summary.json", "timeline.csv", "histogram.hgrm", "report.html"] {
            #expect(try !fleet.retrieval.folder.read("report/\(file)").isEmpty)
        }
    }

    @Test("what devices are told through the platform is measured end to end, and Prometheus can see it meanwhile")
    func endToEnd() throws {
        let port = try FreePort.next()
        let child = try fleet.startSimulation(
            ["--ramp", "50/s", "--actuate", "reset=20/s", "--metrics", "\(port)", "--json", "--duration", "8s"])
        let curl = try #require(Programs.installed("curl"))
        let end = Date(timeIntervalSinceNow: 7)
        var seen = ""
        repeat {
            seen = try Child.run(curl, ["-s", "http://127.0.0.1:\(port)/metrics"]).stdout
            usleep(200_000)
        } while !seen.contains("dojot_fleet_connected{cohort=\"healthy\"} \(ids.count)\n") && Date() < end
        #expect(seen.contains("dojot_fleet_connected{cohort=\"healthy\"} \(ids.count)\n"), "\(seen)")
        let summary = try FleetFolder.Run(child.wait(timeout: 30))
        let received = try #require(summary.total.operations["recv"])
        #expect(received.succeeded > 20 && received.failed == 0)
        #expect(summary.total.received >= received.succeeded)
    }

    @Test("a fleet that cannot connect says why, by cause, and ends with 69")
    func noneConnects() throws {
        let port = try FreePort.next()
        let outcome = try fleet.simulate(["--broker", "localhost:\(port)", "--duration", "1s", "n=counter"])
        #expect(outcome.status == 69)
        #expect(outcome.stderr.contains("error: no device could connect to localhost:\(port): tcp.refused"))
        #expect(outcome.stdout.contains(" tcp.refused"))
    }

    @Test(
        "whom nobody lets in holds no socket while waiting", .enabled(if: geteuid() == 0, "only root sees descriptors"))
    func waitsWithoutASocket() throws {
        let child = try fleet.startSimulation([
            "--broker", "localhost:\(FreePort.next())", "--ramp", "100/s", "--duration", "4s", "n=counter",
        ])
        // Those of `swift test` itself go on to all that it starts.
        let inherited = Self.sockets(of: getpid())
        var counts: [Int] = []
        var sockets = Self.sockets(of: child.processIdentifier)
        while child.isRunning {
            counts.append(sockets.subtracting(inherited).count)
            usleep(50_000)
            sockets = Self.sockets(of: child.processIdentifier)
        }
        let outcome = child.wait(timeout: 10)
        #expect(outcome.status == 69, "\(outcome.stderr)")
        // Once all have tried there are many moments at which none does.
        let later = counts.suffix(20)
        #expect(later.count == 20 && later.contains(0), "\(counts)")
    }

    /// The sockets that a process has open, each by its name in proc(5); none of one that is over.
    private static func sockets(of process: pid_t) -> Set<String> {
        let folder = "/proc/\(process)/fd"
        let files = FileManager.default
        let descriptors = (try? files.contentsOfDirectory(atPath: folder)) ?? []
        return Set(descriptors.compactMap { try? files.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") })
            .filter { $0.hasPrefix("socket:") }
    }

    @Test("too few open files, too few source addresses and an empty folder are said before anything begins")
    func limits() throws {
        let shell = try #require(Programs.installed("bash"))
        let program = Programs.path("dojot-device")
        let limited = try Child.run(
            shell, ["-c", "ulimit -n 128; exec \(program) fleet simulate --duration 1s n=counter"],
            in: fleet.retrieval.folder.path)
        if geteuid() != 0 || limited.status != 0 {
            #expect(
                limited.stderr.contains("open files are needed, and this process may have 128"), "\(limited.stderr)")
        }
        let many = (0..<28_001).map { "d\($0)" }.joined(separator: "\n")
        try fleet.retrieval.folder.write(many, to: "many")
        let sources = try fleet.simulate(["--from", "many", "n=counter"])
        #expect(sources.status == 1)
        #expect(sources.stderr.contains("28001 connections to one broker need 2 source addresses"))
        let empty = try fleet.simulate(["--certs-dir", fleet.retrieval.folder.path("nothing"), "n=counter"])
        #expect(empty.status == 66)
        #expect(empty.stderr.contains("hint: retrieve identities first"))
    }

    @Test("a terminal sees how it stands, second by second, and Ctrl-C ends it with the summary")
    func terminal() throws {
        let terminal = try PseudoTerminal(
            Programs.path("dojot-device"), ["fleet", "simulate", "--ramp", "50/s", "--interval", "200ms", "n=counter"],
            in: fleet.retrieval.folder.path)
        #expect(terminal.waitFor("connected \(ids.count)/\(ids.count) ███████"), "\(terminal.screen)")
        #expect(terminal.waitFor("publish      "), "\(terminal.screen)")
        #expect(terminal.waitFor("self         cpu "))
        terminal.type("\u{3}")
        #expect(terminal.waitFor("\(ids.count) devices, \(ids.count) connected at most"), "\(terminal.screen)")
        #expect(terminal.wait(timeout: 20) == 0)
    }
}
