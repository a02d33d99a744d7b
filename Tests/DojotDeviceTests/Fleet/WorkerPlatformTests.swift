import Foundation
import TestSupport
import Testing

/// What `fleet worker` does through the platform as a real master of Locust's says, with the sandbox's devices and broker.
@Suite("fleet worker, at the platform", .serialized)
struct WorkerPlatformTests {
    private static let devices = (1...8).map { "a0000\($0)" }

    private func words(_ locust: RunningLocust, _ arguments: [String]) -> [String] {
        ["fleet", "worker", "--master", "127.0.0.1:\(locust.port)", "--json"] + arguments
    }

    private func serials(_ retrieval: Retrieval) throws -> [String] {
        try Self.devices.map { try retrieval.serial(of: $0) }
    }

    /// Waits until something holds, and says whether it did in time.
    private func wait(_ seconds: Double = 60, until holds: () throws -> Bool) throws -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while try !holds() {
            if Date() > end { return false }
            usleep(20_000)
        }
        return true
    }

    @Test("certificates are renewed and revoked, and devices told, each once; the master's figures are the workers'")
    func figures() throws {
        let retrieval = try Retrieval(on: "0.8", devices: Self.devices)
        let locust = try RunningLocust.withPage(["--attributes", "n=counter", "--interval", "100ms"])
        let workers = try ["0/2", "1/2"].map { try retrieval.start(words(locust, ["--shard", $0])) }
        let first = try serials(retrieval)
        try locust.waitForWorkers(2)
        try locust.swarm(8, ["renew=1 at 1s"])
        _ = try locust.statistics { $0["renew"]?.numRequests == 1 }
        try locust.stopTest()
        let second = try serials(retrieval)
        #expect(zip(first, second).filter { $0 != $1 }.count == 1)

        // A test that begins anew picks the same ones again.
        try locust.waitForWorkers(2)
        try locust.swarm(8, ["renew=50% at 3s over 2s", "revoke=1 at 4s", "actuate=reset=20/s"])
        let page = try locust.statistics { page in
            page["renew"]?.numRequests == 4 && page["revoke"]?.numRequests == 1 && (page["recv"]?.numRequests ?? 0) > 40
                && page.errors.contains { $0.name == "connect" && $0.error == "tls.client.revoked" }
        }
        #expect(page["renew"]?.numFailures == 0 && page["revoke"]?.numFailures == 0)
        #expect(page["subscribe"]?.numRequests ?? 0 >= 8)
        try locust.stopTest()
        let last = try locust.statistics { $0.state == "stopped" && $0.userCount == 0 }
        locust.stop()
        let outcomes = workers.map { $0.wait(timeout: 30) }
        #expect(outcomes.map(\.status) == [0, 0], "\(outcomes.map(\.stderr))")
        WorkerOutcome.expect(last, isOf: try outcomes.map(WorkerOutcome.init))
        #expect(last["renew"]?.numRequests == 4 && last["revoke"]?.numRequests == 1)

        let third = try serials(retrieval)
        #expect(zip(second, third).filter { $0 != $1 }.count == 4)
        #expect(zip(first, third).filter { $0 != $1 }.count == 4)
        for device in Self.devices { #expect(try retrieval.holdsTogether(device)) }
    }

    @Test("without a login, what takes one is refused, and the rest is done")
    func withoutLogin() throws {
        let retrieval = try Retrieval(on: "0.8", devices: [Self.devices[0]])
        let locust = try RunningLocust.withPage()
        let worker = try Child.start(
            Programs.path("dojot-device"), words(locust, []), environment: [:], in: retrieval.folder.path)
        for (option, fields) in [
            ("renew", ["renew=1 at 1s"]), ("revoke", ["renew=", "revoke=1 at 1s"]),
            ("actuate", ["revoke=", "actuate=reset=1/s"]),
        ] {
            let reason = "--\(option) takes a login at the platform, and this worker has none"
            try locust.waitForWorkers(1)
            try locust.swarm(1, fields)
            #expect(
                worker.waitFor(
                    error: """
                        dojot-device: warning: what the master asks for cannot be done: \(reason)
                        hint: start it with --username and --password-file, or with DOJOT_USERNAME and DOJOT_PASSWORD set

                        """))
            #expect(try locust.request("GET", "/exceptions").contains(reason))
            try locust.stopTest()
        }
        try locust.waitForWorkers(1)
        try locust.swarm(1, ["actuate=", "renew=soon"])
        #expect(
            worker.waitFor(
                error: """
                    cannot be done: --renew: it takes a number of devices, or a share of them, and a time
                    hint: write 5% at 3m, or 20 at 3m over 2m

                    """))
        try locust.stopTest()
        try locust.waitForWorkers(1)
        try locust.swarm(1, ["renew="])
        _ = try locust.statistics { $0["connect"]?.numRequests == 1 && $0.stats.count == 2 }
        locust.stop()
        #expect(worker.wait(timeout: 30).status == 0)
    }

    @Test("a worker that is killed while it renews leaves whole identities, and another one goes on with them")
    func killed() throws {
        let retrieval = try Retrieval(on: "0.8", devices: Self.devices)
        let locust = try RunningLocust.withPage()
        let worker = try retrieval.start(words(locust, ["--shard", "0/1"]))
        let before = try serials(retrieval)
        try locust.waitForWorkers(1)
        try locust.swarm(8, ["renew=100% at 1s over 500ms"])
        #expect(try wait { try serials(retrieval) != before })
        worker.signal(SIGKILL)
        _ = worker.wait(timeout: 10)
        for device in Self.devices { #expect(try retrieval.holdsTogether(device)) }

        // Only then: the test that goes on would be the new one's too, and its renewals begin again.
        _ = try locust.statistics { $0.state == "stopped" }
        let next = try retrieval.start(words(locust, ["--shard", "0/1"]))
        try locust.waitForWorkers(1)
        try locust.swarm(8, ["renew=100% at 2s over 1s"])
        _ = try locust.statistics { page in
            page.userCount == 8 && page["renew"]?.numRequests == 8 && page["renew"]?.numFailures == 0
        }
        locust.stop()
        #expect(next.wait(timeout: 30).status == 0)
        for device in Self.devices { #expect(try retrieval.holdsTogether(device)) }
    }

    @Test("a platform that does not answer holds up neither the signs of life nor the end of a test")
    func silentPlatform() throws {
        let retrieval = try Retrieval(on: "0.8", devices: Array(Self.devices.prefix(2)))
        let locust = try RunningLocust.withPage()
        let worker = try retrieval.start(words(locust, []))
        try locust.waitForWorkers(1)
        try retrieval.inject("POST /x509/v1/certificates stall")
        try retrieval.inject("PUT /device/* stall")
        try locust.swarm(2, ["renew=1 at 1s", "actuate=reset=5/s"])
        struct Answer: Decodable {
            struct Fault: Decodable { let happened: Int }
            let faults: [Fault]
        }
        #expect(
            try wait {
                let answer = try retrieval.sandbox.request("GET", "/_sandbox/faults")
                let faults = try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8)).faults
                return faults.count == 2 && faults.allSatisfy { $0.happened > 0 }
            })
        let begin = Date()
        try locust.stopTest()
        // A request may take a minute.
        #expect(Date().timeIntervalSince(begin) < 30)
        #expect(worker.waitFor(error: "the master stopped the test\n"))
        try locust.waitForWorkers(1)
        try retrieval.mend()
        try locust.swarm(2, ["actuate="])
        _ = try locust.statistics { $0["renew"]?.numRequests == 1 && $0["renew"]?.numFailures == 0 }
        worker.signal(SIGTERM)
        let outcome = worker.wait(timeout: 30)
        #expect(outcome.status == 0)
        #expect(try WorkerOutcome(outcome).operations["renew"]?.requests == 1)
    }
}
