import Foundation
import TestSupport
import Testing

@testable import Fleet

/// Workers with a real master of Locust's and devices on a real broker.
@Suite("A worker of Locust's", .serialized)
struct WorkerTests {
    private let broker: RunningBroker
    private let closed: UInt16

    init() throws {
        broker = try RunningBroker()
        closed = try FreePort.next()
    }

    private func fleet(capacity: Int = 64) -> TestFleet {
        TestFleet(port: broker.port, closed: closed, capacity: capacity)
    }

    /// Compares a row of the page with what devices did, all digits of it: the master adds up milliseconds as floating-point numbers,
    /// so that microseconds are the last that is whole.
    private func compare(
        _ row: RunningLocust.Statistics.Entry?, _ done: OperationRecord,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let row = try #require(row, sourceLocation: sourceLocation)
        #expect(row.numRequests == done.succeeded + done.failed, sourceLocation: sourceLocation)
        #expect(row.numFailures == done.failed, sourceLocation: sourceLocation)
        let total = row.avgResponseTime * Double(done.succeeded) * 1000
        #expect(Int64(total.rounded()) == done.latency.total, sourceLocation: sourceLocation)
        // The page rounds these.
        let (shortest, longest) = (done.latency.shortest ?? 0, done.latency.longest ?? 0)
        #expect(abs(row.minResponseTime * 1000 - Double(shortest)) <= 500, sourceLocation: sourceLocation)
        #expect(abs(row.maxResponseTime * 1000 - Double(longest)) <= 500, sourceLocation: sourceLocation)
    }

    private func compare(_ page: RunningLocust.Statistics, _ share: FleetRecord.Share) throws {
        for operation in Fleet.Operation.allCases where !share[operation].isEmpty {
            try compare(page[operation.rawValue], share[operation])
        }
        #expect(Set(page.stats.map(\.name)).isSubset(of: ["connect", "publish", "Aggregated"]))
        let failures = Dictionary(uniqueKeysWithValues: page.errors.map { ("\($0.name) \($0.error)", $0.occurrences) })
        #expect(failures == Dictionary(uniqueKeysWithValues: share[.connect].failures.map { ("connect \($0)", $1) }))
    }

    @Test("the golden frames are what a real master takes")
    func goldenFrames() throws {
        let locust = try RunningLocust.withPage()
        let socket = try DealerSocket(identity: "host_1", endpoint: "tcp://127.0.0.1:\(locust.port)")
        func receive(_ wanted: (MasterMessage) -> Bool) throws -> MasterMessage? {
            let end = Date(timeIntervalSinceNow: 60)
            while Date() < end {
                socket.wait(beside: nil, milliseconds: 100)
                while let frame = socket.receive() {
                    let message = try MasterMessage(frame: frame)
                    if wanted(message) { return message }
                }
            }
            return nil
        }
        func send(_ index: Int) {
            let frame = Hexadecimal.bytes(WorkerMessageTests.golden[index].1)
            let end = Date(timeIntervalSinceNow: 60)
            while !socket.send(frame), Date() < end { usleep(20_000) }
        }
        send(0)
        #expect(try receive { _ in true } == .acknowledged(index: 0))
        send(1)
        #expect(try receive { _ in true } == .heartbeat)
        try locust.swarm(3)
        guard case .spawn(let order) = try receive({ $0 != .heartbeat }) else {
            Issue.record("no order to spawn")
            return
        }
        #expect(order.users == UserCounts(classes: [("Device", 3)]))
        send(2)
        send(3)
        #expect(try receive { $0 != .heartbeat } == .spawningComplete)
        for index in 4...7 { send(index) }
        let page = try locust.statistics { $0["publish"] != nil && $0.workers.first?.state == "running" }
        for name in ["publish", "Aggregated"] {
            let row = try #require(page[name])
            #expect(row.numRequests == 3 && row.numFailures == 1 && row.avgResponseTime == 150.625)
            #expect(row.minResponseTime == 1 && row.maxResponseTime == 300 && row.avgContentLength == 100)
        }
        #expect(page.errors.map(\.error) == ["timeout"] && page.userCount == 3)
        #expect(try locust.request("GET", "/exceptions").contains("host_1: no payload"))
        Thread.detachNewThread { try? locust.stopTest() }
        #expect(try receive { $0 != .heartbeat } == .stop)
        send(8)
        send(0)
        #expect(try receive { $0 != .heartbeat } == .acknowledged(index: 0))
        send(9)
        #expect(try locust.statistics { $0.workers.isEmpty && $0.state == "stopped" }["publish"]?.numRequests == 3)
    }

    @Test("without a page: the master's counters are ours, to the last digit")
    func headless() throws {
        let place = try TemporaryFolder()
        let locust = try RunningLocust.headless([
            "--expect-workers", "1", "-u", "10", "-r", "5", "-t", "6s", "--json-file", place.path("counters"),
            "--exit-code-on-error", "0", "--broker", "somewhere:8883",
        ])
        let fleet = fleet()
        let worker = RunningWorker(fleet, port: locust.port)
        #expect(locust.child.wait(timeout: 120).status == 0)
        let share = try #require(worker.wait()).get().total
        #expect(worker.events.last == .dismissed)
        #expect(worker.events.contains(.reached(10)))
        #expect(fleet.lastBroker == "somewhere:8883")
        #expect(fleet.running == 0)

        struct Counters: Decodable {
            let name: String
            let numRequests, numNoneRequests, numFailures, totalContentLength: Int
            let totalResponseTime, minResponseTime, maxResponseTime: Double
            let responseTimes, numReqsPerSec, numFailPerSec: [String: Int]
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let rows = try decoder.decode([Counters].self, from: Data(place.read("counters.json").utf8))
        #expect(rows.map(\.name).sorted() == ["connect", "publish"])
        for row in rows {
            let named = Fleet.Operation(rawValue: row.name)
            let operation = try #require(named)
            let done = share[operation]
            #expect(done.succeeded > 0)
            #expect(row.numRequests == done.succeeded + done.failed && row.numFailures == done.failed)
            #expect(row.numNoneRequests == done.failed)
            #expect(Int64((row.totalResponseTime * 1000).rounded()) == done.latency.total)
            #expect(row.minResponseTime == done.latency.shortest.map(ResponseTimes.milliseconds))
            #expect(row.maxResponseTime == done.latency.longest.map(ResponseTimes.milliseconds))
            #expect(row.totalContentLength == (operation == .publish ? share.counts.sentBytes : 0))
            var buckets: [Int: Int] = [:]
            ResponseTimes.add(done.latency, to: &buckets)
            #expect(row.responseTimes == Dictionary(uniqueKeysWithValues: buckets.map { ("\($0)", $1) }))
            #expect(row.numReqsPerSec.values.reduce(0, +) == row.numRequests)
            #expect(row.numFailPerSec.values.reduce(0, +) == row.numFailures)
        }
        #expect(share[.connect].succeeded == 10 && share[.connect].failures == ["tcp.refused": 2])
    }

    @Test("by its page: start, more users, fewer, stop, and again")
    func page() throws {
        let locust = try RunningLocust.withPage()
        let fleet = fleet()
        let worker = RunningWorker(fleet, port: locust.port)
        _ = try locust.statistics { $0.workers.map(\.state) == ["ready"] }
        for users in [6, 11, 3] {
            try locust.swarm(users)
            _ = try locust.statistics { $0.userCount == users && $0.state == "running" && $0["publish"] != nil }
            #expect(fleet.running == users)
        }
        try locust.stopTest()
        #expect(fleet.running == 0)
        let first = fleet.total
        #expect(first[.connect].succeeded == 11 && first[.connect].failures == ["tcp.refused": 3])
        let page = try locust.statistics { $0["publish"]?.numRequests == first[.publish].succeeded }
        #expect(page.state == "stopped" && page.userCount == 0)
        try compare(page, first)

        try locust.waitForWorkers(1)
        try locust.swarm(2)
        _ = try locust.statistics { $0.userCount == 2 && ($0["connect"]?.numRequests ?? 0) == 3 }
        locust.stop()
        let second = try #require(worker.wait()).get().total
        #expect(second[.connect].succeeded == 2 && second[.connect].failed == 1)
        #expect(fleet.total[.publish].latency.total == first[.publish].latency.total + second[.publish].latency.total)
        #expect(fleet.joinedAs == [0, 0])
    }

    @Test(
        "a worker that is lost comes back under another name, a late one takes its part, and so does each of a new master's"
    )
    func losses() throws {
        // Without it, the master waits a minute before it gives the users of a lost worker to others.
        let locust = try RunningLocust.withPage(["--enable-rebalancing"])
        let relay = try Relay(to: locust.port)
        let fleets = (0..<3).map { _ in fleet() }
        let workers = [
            RunningWorker(fleets[0], port: relay.port), RunningWorker(fleets[1], port: locust.port),
        ]
        _ = try locust.statistics { $0.workers.count == 2 }
        try locust.swarm(9)
        let before = try locust.statistics { $0.userCount == 9 && $0.workers.allSatisfy { $0.state == "running" } }
        #expect(fleets.map(\.running).sorted() == [0, 4, 5])

        // The network has forgotten the first one's connection: neither hears of its end.
        relay.silence([.toServer, .toClient])
        let after = try locust.statistics { page in
            page.workers.filter { $0.state == "running" }.count == 2 && page.userCount == 9
                && page.workers.contains { worker in !before.workers.contains { $0.id == worker.id } }
        }
        #expect(after.workers.count >= 2)
        #expect(workers[0].events.contains(.masterLost) && !workers[1].events.contains(.masterLost))
        #expect(fleets[0].running + fleets[1].running == 9)

        let late = RunningWorker(fleets[2], port: locust.port)
        _ = try locust.statistics { page in
            page.workers.filter { $0.state == "running" && $0.userCount == 3 }.count == 3 && page.userCount == 9
        }
        #expect(fleets.map(\.running) == [3, 3, 3])

        locust.child.signal(SIGKILL)
        _ = locust.child.wait(timeout: 10)
        let next = try RunningLocust.withPage(port: locust.port)
        _ = try next.statistics { $0.workers.count == 3 && $0.workers.allSatisfy { $0.state == "ready" } }
        #expect(fleets.map(\.running) == [0, 0, 0])
        try next.swarm(6)
        _ = try next.statistics { $0.userCount == 6 && ($0["publish"]?.numRequests ?? 0) > 6 }
        #expect(fleets.map(\.running) == [2, 2, 2])
        try next.stopTest()
        next.stop()
        for worker in workers + [late] {
            #expect(throws: Never.self) { try worker.wait()?.get() }
            #expect(worker.events.last == .dismissed)
        }
    }

    @Test("what cannot be done is said on the master's page, and hurts nobody")
    func refusals() throws {
        let locust = try RunningLocust.withPage()
        let fleet = fleet(capacity: 2)
        let worker = RunningWorker(fleet, port: locust.port)
        _ = try locust.statistics { $0.workers.count == 1 }
        try locust.swarm(5, ["qos=many"])
        let end = Date(timeIntervalSinceNow: 60)
        let reason = "the master's option 'qos' is no number"
        while try !locust.request("GET", "/exceptions").contains(reason), Date() < end { usleep(200_000) }
        #expect(try locust.request("GET", "/exceptions").contains(reason))
        #expect(worker.events.contains(.refused(FleetError(.invalidOrder, reason))))
        #expect(fleet.running == 0)
        try locust.stopTest()
        try locust.waitForWorkers(1)

        try locust.swarm(5, ["qos=1"])
        _ = try locust.statistics { $0.userCount == 2 && $0.workers.map(\.userCount) == [2] }
        #expect(worker.events.contains(.ordered(users: 5, devices: 2)))
        locust.stop()
        #expect(throws: Never.self) { try worker.wait()?.get() }
    }

    @Test("where no master answers, that is said in the end")
    func silence() throws {
        let port = try FreePort.next()
        let worker = RunningWorker(fleet(), port: port, patience: 0.5)
        let error = #expect(throws: FleetError.self) { try worker.wait()?.get() }
        #expect(error?.code == .masterSilent)
        #expect(error?.message == "no Locust master answers at 127.0.0.1:\(port)")
        #expect(error?.hint == "see whether it runs, and its port is open: nc -vz -w 5 127.0.0.1 \(port)")
    }

    @Test("without libzmq, what to install is said")
    func libraryMissing() {
        let error = #expect(throws: FleetError.self) { try ZeroMQLibrary.open("libnowhere.so.5").get() }
        #expect(error?.code == .libraryMissing)
        #expect(error?.hint == "install it: apt-get install libzmq5")
    }
}
