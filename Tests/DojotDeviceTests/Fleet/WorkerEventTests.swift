import Foundation
import TestSupport
import Testing

/// What befalls workers, and their devices, at its time: with a real master of Locust's, and the sandbox's devices and broker.
@Suite("fleet worker, as time goes by", .serialized)
struct WorkerEventTests {
    private static let devices = (1...8).map { "a0000\($0)" }

    private func words(_ locust: RunningLocust, _ arguments: [String] = []) -> [String] {
        ["fleet", "worker", "--master", "localhost:\(locust.port)", "--json"] + arguments
    }

    private func serials(_ retrieval: Retrieval) throws -> [String] {
        try Self.devices.map { try retrieval.serial(of: $0) }
    }

    @Test("what is due counts from the test's start, and a worker that comes back leaves out what was due before")
    func late() throws {
        let retrieval = try Retrieval(on: "0.8", devices: Self.devices)
        let locust = try RunningLocust.withPage(["--enable-rebalancing"])
        let first = try retrieval.start(words(locust, ["--shard", "0/2"]))
        let second = try retrieval.start(words(locust, ["--shard", "1/2"]))
        let before = try serials(retrieval)
        try locust.waitForWorkers(2)
        let begin = Date()
        try locust.swarm(8, ["renew=4 at 1s over 1s,4 at 40s"])
        _ = try locust.statistics { $0["renew"]?.numRequests == 4 }
        let between = try serials(retrieval)
        let early = Self.devices.indices.filter { before[$0] != between[$0] }
        #expect(early.count == 4 && early.contains { $0 % 2 == 1 }, "\(early)")

        second.signal(SIGKILL)
        _ = second.wait(timeout: 10)
        // Of a worker that joins while it tells the others, Locust takes no notice until it strikes the dead one off, a minute later.
        _ = try locust.statistics { page in
            page.state == "running" && page.workers.filter { $0.state == "running" }.count == 1
        }
        let third = try retrieval.start(words(locust, ["--shard", "1/2"]))
        _ = try locust.statistics { page in
            page.userCount == 8 && page.workers.filter { $0.state == "running" && $0.userCount == 4 }.count == 2
        }
        #expect(Date().timeIntervalSince(begin) < 40, "this machine is too slow for this test")
        let page = try locust.statistics { $0["renew"]?.numRequests ?? 0 >= 8 }
        // From its own start it would be later by as much as it was.
        #expect(Date().timeIntervalSince(begin) >= 40)
        #expect(page["renew"]?.numRequests == 8 && page["renew"]?.numFailures == 0)
        try locust.stopTest()
        locust.stop()
        let outcomes = [first, third].map { $0.wait(timeout: 30) }
        #expect(outcomes.map(\.status) == [0, 0])
        let after = try serials(retrieval)
        for place in Self.devices.indices {
            let isEarly = early.contains(place)
            #expect((after[place] == between[place]) == isEarly, "\(Self.devices[place])")
        }
        // The one that came back has done its late ones alone.
        let renewals = try outcomes.map { try WorkerOutcome($0).operations["renew"]?.requests ?? 0 }
        #expect(renewals[1] == 4 - early.filter { $0 % 2 == 1 }.count, "\(renewals)")
    }

    @Test("publications are followed to the history, by all workers together")
    func history() throws {
        let retrieval = try Retrieval(on: "0.8", devices: Self.devices)
        let locust = try RunningLocust.withPage(["--interval", "500ms", "--history", "probe=20/s"])
        let workers = try ["0/2", "1/2"].map { try retrieval.start(words(locust, ["--shard", $0])) }
        try locust.waitForWorkers(2)
        let begin = Date()
        try locust.swarm(8, ["attributes=n=counter"])
        _ = try locust.statistics { ($0["history"]?.numRequests ?? 0) > 40 && $0["publish"] != nil }
        try locust.stopTest()
        let seconds = Date().timeIntervalSince(begin)
        let page = try locust.statistics { $0.state == "stopped" && $0.userCount == 0 }
        #expect(page["history"]?.numFailures == 0 && page.errors.isEmpty, "\(page.errors)")
        // Each worker has half of the rate.
        #expect(Double(page["history"]?.numRequests ?? 0) <= 20 * seconds + 2)
        locust.stop()
        let outcomes = workers.map { $0.wait(timeout: 30) }
        #expect(outcomes.map(\.status) == [0, 0], "\(outcomes.map(\.stderr))")
        let told = try outcomes.map(WorkerOutcome.init)
        WorkerOutcome.expect(page, isOf: told)
        #expect(told.allSatisfy { ($0.operations["history"]?.requests ?? 0) > 5 })
        let values = try retrieval.program(["device", "history", Self.devices[0], "probe", "--last", "1"])
        #expect(values.stdout.contains("  probe      1"), "\(values.stdout) \(values.stderr)")
    }

    @Test("a certificate runs out, without a login, and one that does not is refused on the master's page")
    func expiry() throws {
        let retrieval = try Retrieval(
            on: "0.8", devices: Array(Self.devices.prefix(2)), ["--certificate-life", "45"])
        let locust = try RunningLocust.withPage()
        let worker = try Child.start(
            Programs.path("dojot-device"), words(locust), environment: [:], in: retrieval.folder.path)
        try locust.waitForWorkers(1)
        try locust.swarm(2, ["run_time=5s", "expire=1 at 1s"])
        let end = Date(timeIntervalSinceNow: 30)
        while try !locust.request("GET", "/exceptions").contains("is to run out, and holds until"), Date() < end {
            usleep(100_000)
        }
        #expect(try locust.request("GET", "/exceptions").contains("is to run out, and holds until"))
        #expect(worker.waitFor(error: "what the master asks for cannot be done: the certificate of a0000"))
        try locust.stopTest()
        try locust.waitForWorkers(1)
        try locust.swarm(2, ["run_time=5m", "expire=1 at 1s"])
        _ = try locust.statistics { page in
            page["connect"]?.numRequests ?? 0 > 2
                && page.errors.contains { $0.name == "connect" && $0.error == "tls.client.expired" }
        }
        locust.stop()
        #expect(worker.wait(timeout: 30).status == 0)
    }

    @Test("one that was told to end does not join again, whatever the master asks for")
    func reconnect() throws {
        let retrieval = try Retrieval(on: "0.8", devices: [Self.devices[0]])
        // Locust itself asks for it after a message that it could not read.
        let file = try retrieval.folder.write(
            """
            from locust import events
            from locust.rpc import Message

            @events.init.add_listener
            def add_route(environment, runner, web_ui, **_):
                @web_ui.app.route("/reconnect", methods=["POST"])
                def reconnect():
                    for worker in list(runner.clients):
                        runner.server.send_to_client(Message("reconnect", None, worker))
                    return "told"
            """, to: "reconnect.py")
        let locust = try RunningLocust.withPage([
            "-f", "\(RunningLocust.locustfile),\(file)", "--attributes", "n=counter", "--interval", "50ms",
        ])
        let mqtts = try #require(retrieval.sandbox.ready.mqtts.split(separator: ":").last.flatMap { UInt16($0) })
        let relay = try Relay(to: mqtts)
        let worker = try retrieval.start(words(locust, ["--shard", "0/1"]))
        let joined = "of localhost:\(locust.port), for 1 of 1 device; Ctrl-C ends it\n"
        #expect(worker.waitFor(error: joined))

        // One that goes on joins again.
        _ = try locust.request("POST", "/reconnect", ["--data", ""])
        #expect(worker.waitFor(error: joined, times: 2))
        try locust.waitForWorkers(1)
        try locust.swarm(1, ["broker=localhost:\(relay.port)"])
        _ = try locust.statistics { ($0["publish"]?.numRequests ?? 0) > 5 }
        // What is on its way is waited for now, for up to ten seconds.
        relay.isFrozen = true
        usleep(300_000)
        worker.signal(SIGINT)
        usleep(300_000)
        _ = try locust.request("POST", "/reconnect", ["--data", ""])
        let outcome = worker.wait(timeout: 40)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stderr.components(separatedBy: joined).count == 3, "\(outcome.stderr)")
    }

    @Test(
        "a name server that takes its time holds up no sign of life",
        .enabled(if: KeyModeTests.isPermitted, "only root may trace a program that keeps its memory to itself"))
    func slowNames() throws {
        let retrieval = try Retrieval(on: "0.8", devices: [Self.devices[0]])
        let locust = try RunningLocust.withPage()
        let strace = try #require(Programs.installed("strace"))
        // Whoever asks for the address of localhost waits for 12 s.
        let worker = try Child.start(
            strace,
            ["-f", "-o", "/dev/null", "-P", "/etc/hosts", "-e", "trace=openat"]
                + ["-e", "inject=openat:delay_enter=12000000", Programs.path("dojot-device")]
                + ["fleet", "worker", "--master", "127.0.0.1:\(locust.port)", "--json"],
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        try locust.waitForWorkers(1)
        let mqtts = try #require(retrieval.sandbox.ready.mqtts.split(separator: ":").last)
        let begin = Date()
        try locust.swarm(1, ["broker=localhost:\(mqtts)"])
        var states: Set<String> = []
        let page = try locust.statistics { page in
            states.formUnion(page.workers.map(\.state))
            return page["connect"]?.numRequests == 1 && page.userCount == 1
        }
        #expect(Date().timeIntervalSince(begin) > 11)
        #expect(!states.contains("missing") && page.workers.count == 1, "\(states)")
        locust.stop()
        let outcome = worker.wait(timeout: 60)
        #expect(outcome.status == 0 && !outcome.stderr.contains("is silent"), "\(outcome.stderr)")
    }
}
