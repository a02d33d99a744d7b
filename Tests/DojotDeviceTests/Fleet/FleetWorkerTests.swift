import Foundation
import TestSupport
import Testing

/// `fleet worker` as processes, under a real master of Locust's, with the sandbox's devices and broker.
@Suite("fleet worker", .serialized)
struct FleetWorkerTests {
    private static let devices = (1...6).map { "a0000\($0)" }

    private func worker(_ retrieval: Retrieval, _ locust: RunningLocust, _ arguments: [String]) throws -> Child {
        try retrieval.start(
            ["fleet", "worker", "--master", "127.0.0.1:\(locust.port)", "--certs-dir", "certs", "--json"] + arguments)
    }

    @Test("two share the devices; one is killed, and comes back; the master's figures are theirs, to the digit")
    func twoWorkers() throws {
        let retrieval = try Retrieval(on: "0.8", devices: Self.devices)
        let template = try retrieval.folder.write(
            #"{"temperature": {"$uniform": [20, 21]}, "n": {"$counter": 1}}"#, to: "payload.json")
        let locust = try RunningLocust.withPage([
            "--enable-rebalancing", "--payload", template, "--interval", "100ms",
        ])
        let first = try worker(retrieval, locust, ["--shard", "0/2"])
        let second = try worker(retrieval, locust, ["--shard", "1/2"])
        try locust.waitForWorkers(2)
        #expect(first.waitFor(error: "of 127.0.0.1:\(locust.port), for 3 of 6 devices; Ctrl-C ends it\n"))

        try locust.swarm(6)
        let page = try locust.statistics { $0.userCount == 6 && ($0["publish"]?.numRequests ?? 0) > 20 }
        #expect(page["connect"]?.numRequests == 6 && page["connect"]?.numFailures == 0)
        #expect(page.errors.isEmpty)
        for device in Self.devices {
            let history = try retrieval.program(["device", "history", device, "temperature", "--last", "1"])
            #expect(history.stdout.contains("  temperature  2"), "\(device): \(history.stdout) \(history.stderr)")
        }

        second.signal(SIGKILL)
        _ = second.wait(timeout: 10)
        #expect(
            first.waitFor(
                error: "dojot-device: warning: the master asks for 6 devices, and 3 are this worker's\n", timeout: 60))
        _ = try locust.statistics { $0.userCount == 3 }
        let third = try worker(retrieval, locust, ["--shard", "1/2"])
        _ = try locust.statistics { page in
            page.userCount == 6 && page.workers.filter { $0.state == "running" && $0.userCount == 3 }.count == 2
        }
        try locust.stopTest()
        #expect(first.waitFor(error: "the master stopped the test\n"))

        try locust.waitForWorkers(2)
        try locust.swarm(4, ["attributes=on=true|false", "interval=50ms", "payload="])
        _ = try locust.statistics { $0.userCount == 4 && ($0["publish"]?.numRequests ?? 0) > 20 }
        try locust.stopTest()
        let last = try locust.statistics { $0.state == "stopped" && $0.userCount == 0 }
        locust.stop()
        let outcomes = [first, third].map { $0.wait(timeout: 30) }
        #expect(outcomes.map(\.status) == [0, 0])
        let workers = try outcomes.map(WorkerOutcome.init)
        #expect(workers.map { $0.operations.keys.sorted() } == [["connect", "publish"], ["connect", "publish"]])
        WorkerOutcome.expect(last, isOf: workers)
        #expect(last["connect"]?.numRequests == 4)
        #expect(outcomes[1].stderr.hasSuffix("the master ended the test\n"))
    }

    @Test("more workers than parts are refused, and one that is ended says good-bye")
    func parts() throws {
        let retrieval = try Retrieval(on: "0.8", devices: [Self.devices[0]])
        let locust = try RunningLocust.withPage()
        let first = try worker(retrieval, locust, ["--expect-workers", "1"])
        #expect(first.waitFor(error: "worker 0 of 127.0.0.1:\(locust.port), for 1 of 1 device; Ctrl-C ends it\n"))
        let second = try worker(retrieval, locust, ["--expect-workers", "1"]).wait(timeout: 60)
        #expect(second.status == 64)
        #expect(
            second.stderr == """
                dojot-device: error: the master has had 1 workers before this one, and there are parts for 1
                hint: say how many there are with --expect-workers, or which part is this one's with --shard

                """)
        try locust.swarm(1, ["qos=3"])
        let refusal = "dojot-device: warning: what the master asks for cannot be done: --qos must be 0, 1 or 2\n"
        #expect(first.waitFor(error: refusal))
        #expect(try locust.request("GET", "/exceptions").contains("--qos must be 0, 1 or 2"))
        try locust.stopTest()
        try locust.waitForWorkers(1)
        try locust.swarm(1, ["qos=0"])
        _ = try locust.statistics { $0["connect"]?.numRequests == 1 }
        first.signal(SIGTERM)
        let outcome = first.wait(timeout: 30)
        #expect(outcome.status == 0)
        let rows = try WorkerOutcome(outcome).operations
        #expect(rows["connect"]?.requests == 1 && rows["publish"] == nil)
        _ = try locust.statistics { $0.workers.allSatisfy { $0.state == "missing" } && $0.state == "stopped" }
    }
}
