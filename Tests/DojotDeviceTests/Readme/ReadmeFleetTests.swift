import Foundation
import TestSupport
import Testing

/// What the README shows of `fleet`, beside what the programs print: `OutputShape` says what may differ.
@Suite("The README's fleet")
struct ReadmeFleetTests {
    private let stage: ReadmeStage

    init() throws { stage = try ReadmeStage(devices: FleetFolder.ids(9) + ["f60c28"]) }

    private var sandbox: RunningSandbox { stage.fleet.retrieval.sandbox }

    /// Runs a command on a terminal to its good end, and compares what that shows then.
    private func expect(_ command: Readme.Command, _ changes: KeyValuePairs<String, String>) throws {
        let terminal = try stage.terminal(command, changes)
        #expect(terminal.wait() == 0, "\(terminal.screen)")
        ReadmeStage.expect(TerminalScreen(terminal.screen).lines, isAs: command.output)
    }

    /// The sandbox's devices get their identities.
    private func provision() throws {
        _ = try stage.fleet.summary(["--all-devices", "--broker", sandbox.ready.mqtts])
    }

    @Test("fleet provision: the bar, an end by Ctrl-C, the same command again")
    func provisioning() throws {
        let heading = "Identities: fleet provision"
        let commands = try Readme.commands(under: heading).filter { $0.line.contains("--create 1000") }
        try #require(commands.count == 2 && commands[0].line == commands[1].line)
        let changes: KeyValuePairs = ["http://localhost:8000": sandbox.ready.gateway, "1000": "150"]

        try stage.fleet.retrieval.inject("POST /x509/v1/certificates delay=0.5")
        let bar = try #require(commands[0].output.first { $0.contains("█") })
        let terminal = try stage.terminal(commands[0], changes)
        #expect(
            terminal.waitUntil(timeout: 60) {
                TerminalScreen(terminal.screen).frames.contains {
                    OutputShape.of($0.last ?? "") == OutputShape.of(bar)
                }
            }, "\(terminal.screen)")
        terminal.type("\u{3}")
        #expect(terminal.wait() == 130)
        ReadmeStage.expect(
            TerminalScreen(terminal.screen).lines, isAs: commands[0].output.filter { $0 != bar && $0 != "^C" })

        try stage.fleet.retrieval.mend()
        let outcome = try stage.run(commands[1], changes)
        #expect(outcome.status == 0)
        ReadmeStage.expect(outcome.stdout.components(separatedBy: "\n"), isAs: commands[1].output)
    }

    @Test("fleet provision: a list with a device that is not there")
    func list() throws {
        let heading = "Identities: fleet provision"
        let table = try ReadmeStage.command("cat devices.csv", under: heading)
        try stage.fleet.retrieval.folder.write(table.output.joined(separator: "\n") + "\n", to: "devices.csv")
        let command = try ReadmeStage.command("--from devices.csv", under: heading)
        let outcome = try stage.run(command, ["http://localhost:8000": sandbox.ready.gateway])
        #expect(outcome.status == 1)
        ReadmeStage.expect(outcome.stdout.components(separatedBy: "\n"), isAs: command.output)
    }

    @Test("fleet simulate: while it lasts, and at its end")
    func simulation() throws {
        try provision()
        let heading = "Devices at work: fleet simulate"
        let command = try ReadmeStage.command("--rate 500/s", under: heading)
        let shown = try #require(try Readme.blocks(under: heading).first { $0[0].contains("connected ") })
        let terminal = try stage.terminal(
            command, ["--ramp 100/s": "--ramp 5/s", "--rate 500/s": "--rate 50/s", "--duration 30s": "--duration 8s"])
        #expect(terminal.wait() == 0, "\(terminal.screen)")
        let screen = TerminalScreen(terminal.screen)
        #expect(
            // Above it stands what was said at the start.
            screen.frames.contains { OutputShape.of(Array($0.dropFirst())) == OutputShape.of(shown) },
            "\(screen.frames.last(where: { !$0.isEmpty }) ?? [])")
        ReadmeStage.expect(screen.lines, isAs: command.output)
    }

    @Test("fleet simulate: certificates change, and what must hold is checked")
    func scenario() throws {
        try provision()
        let heading = "Devices at work: fleet simulate"
        let scenario = try ReadmeStage.changed(
            try ReadmeStage.command("cat run.json", under: heading).output.joined(separator: "\n"),
            [
                #""ramp": "15s", "rate": "200/s""#: #""ramp": "2s", "rate": "40/s""#,
                #""steady": "20s""#: #""steady": "10s""#,
                #""5%", "at": "16s", "over": "10s""#: #""40%", "at": "3s", "over": "1s""#,
                #""1%", "at": "20s""#: #""20%", "at": "4s""#,
            ])
        try stage.fleet.retrieval.folder.write(scenario, to: "run.json")
        let command = try ReadmeStage.command("--scenario run.json", under: heading)
        try expect(command, [:])
    }

    @Test("fleet simulate: both ways end to end")
    func endToEnd() throws {
        try provision()
        let command = try ReadmeStage.command("--history probe=5/s", under: "End to end")
        try expect(
            command,
            [
                "--count 100 ": "", "--interval 10s": "--interval 1s", "--duration 30s": "--duration 5s",
                "p99 < 1s": "p99 < 20s",
            ])
    }

    @Test("fleet worker: two of them, under a master of Locust's that renews, revokes and actuates")
    func workers() throws {
        try provision()
        let heading = "More than one machine"
        let line = try ReadmeStage.changed(
            try ReadmeStage.command("--headless", under: heading).line,
            [
                ".venv/bin/locust -f scripts/locust/locustfile.py --master ": "printf '%s\\n' ",
                "-u 1000 -r 100 -t 40s": "-u 10 -r 10 -t 12s", "--rate 500/s": "--rate 50/s",
                "'5% at 15s over 10s'": "'40% at 4s over 1s'", "'1% at 20s'": "'40% at 5s'", " &": "",
            ])
        let locust = try RunningLocust.headless(
            try Child.run("/bin/sh", ["-c", line]).stdout.components(separatedBy: "\n").withoutEmptyEnd)
        let shown = try shownWorkers()
        let workers = try shown.map { command in
            try stage.start(command, ["--master localhost": "--master localhost:\(locust.port)"])
        }
        for (worker, command) in zip(workers, shown) {
            let outcome = worker.wait(timeout: 120)
            #expect(outcome.status == 0)
            ReadmeStage.expect(outcome.stdout.components(separatedBy: "\n"), isAs: command.output)
        }
        _ = locust.child.wait(timeout: 30)
    }

    @Test("fleet worker: the master's figures, as shown, are the sums of the workers'")
    func sums() throws {
        /// Requests and failures by operation; Locust writes failures as "50(4.55%)".
        func figures(_ lines: [String], from column: Int) -> [String: [Int]] {
            var figures: [String: [Int]] = [:]
            for line in lines {
                let words = line.split(separator: " ")
                guard words.count > column + 1, let requests = Int(words[column]),
                    let failed = Int(words[column + 1].prefix { $0.isNumber })
                else { continue }
                figures[String(words[column - 1])] = [requests, failed]
            }
            return figures
        }
        let workers = try shownWorkers().map { figures($0.output.filter { !$0.hasPrefix("worker ") }, from: 1) }
        let lines = try Readme.commands(under: "More than one machine").flatMap(\.output)
        let master = figures(lines.filter { $0.hasPrefix("MQTT ") }, from: 2)
        #expect(master.count == 6)
        #expect(master == workers[0].merging(workers[1]) { zip($0, $1).map(+) })
    }

    /// The workers' lines with all that they print; the master's words behind the last of them are Locust's.
    private func shownWorkers() throws -> [Readme.Command] {
        let commands = try Readme.commands(under: "More than one machine")
        let shown = commands.filter { $0.line.contains("fleet worker") && $0.output.count > 2 }
        try #require(shown.count == 2)
        return shown.map { command in
            Readme.Command(line: command.line, output: Array(command.output.prefix { !$0.hasPrefix("Type ") }))
        }
    }
}
