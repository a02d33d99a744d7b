import Foundation
import TestSupport
import Testing
import Threads

@testable import Sandbox

/// Many devices, and more than one broker.
@Suite struct FleetTests {
    private let publisher = "/usr/bin/mosquitto_pub"
    private let subscriber = "/usr/bin/stdbuf"
    private let listening = ["-oL", "/usr/bin/mosquitto_sub"]

    private func makeDevice(_ sandbox: RunningSandbox, _ token: String) throws -> String {
        struct Made: Decodable {
            struct Device: Decodable { let id: String }
            let devices: [Device]
        }
        let made = try sandbox.request("POST", "/device", json: #"{"label": "x", "templates": [1]}"#, token: token)
        return try #require(try decode(Made.self, made.body).devices.first?.id)
    }

    @Test func thousandsOfDevicesAreMadeQuickly() throws {
        let start = Date()
        let sandbox = try RunningSandbox.start(["--devices", "2000", "--device-prefix", "lamp", "--device", "f60c28"])
        #expect(Date().timeIntervalSince(start) < 20)
        #expect(sandbox.ready.devices.count == 2001 && sandbox.ready.devices.last == "lamp2000")
        let token = try sandbox.logIn()
        let before = Date()
        let answer = try sandbox.request(
            "POST", "/device?count=2000", json: #"{"label": "x", "templates": [1]}"#, token: token)
        // With mosquitto's own dynamic-security it took minutes.
        #expect(answer.status == 200 && Date().timeIntervalSince(before) < 10)
        let all = try decode(
            [String].self, sandbox.request("GET", "/device?idsOnly=true&page_size=1000000", token: token).body)
        #expect(all.count == 4001 && Set(all).count == 4001)
        for id in ["lamp2000", all[4000]] {
            let device = try Enrolled(sandbox, as: "admin:\(id)", token: token)
            let sent = try device.publish(1, to: "/admin/\(id)/attrs", sandbox)
            #expect(sent.status == 0 && sent.stderr == "", "\(sent.stderr)")
            #expect(try device.publish(1, to: "/admin/lamp1/attrs", sandbox).status != 0)
        }
    }

    @Test func severalBrokersAreOnePlatform() throws {
        let folder = try TemporaryFolder()
        let sandbox = try RunningSandbox.start(["--brokers", "3", "--dir", folder.path("state"), "--broker-relay"])
        let port = sandbox.port
        #expect(sandbox.ready.brokers == ["localhost:\(port)", "127.0.0.2:\(port)", "127.0.0.3:\(port)"])
        #expect(Set(sandbox.ready.brokerPids).count == 3 && sandbox.ready.brokerPid == sandbox.ready.brokerPids[0])
        let token = try sandbox.logIn()
        let id = try makeDevice(sandbox, token)
        let device = try Enrolled(sandbox, as: "admin:\(id)", token: token)
        func connection(_ broker: Int) -> [String] {
            let host = String(sandbox.ready.brokers[broker].split(separator: ":")[0])
            return ["-h", host] + device.connection(sandbox).dropFirst(2)
        }
        var listeners: [Child] = []
        for broker in 0..<3 {
            let words = ["-t", "/admin/\(id)/attrs", "-q", "1", "-m", #"{"n\#(broker)": 1}"#]
            let sent = try Child.run(publisher, connection(broker) + words, timeout: 20)
            #expect(sent.status == 0, "\(sent.stderr)")
            let path = "/history/device/\(id)/history?attr=n\(broker)"
            #expect(try sandbox.poll(path, token: token) { status, _ in status == 200 }.status == 200)
            let listener = try Child.start(
                subscriber, listening + connection(broker) + ["-t", "/admin/\(id)/config", "-W", "60", "-d"])
            #expect(listener.waitFor(output: "Subscribed"), "\(listener.errorSoFar)")
            listeners.append(listener)
        }
        let order = #"{"attrs": {"reset": true}}"#
        #expect(try sandbox.request("PUT", "/device/\(id)/actuate", json: order, token: token).status == 200)
        for listener in listeners { #expect(listener.waitFor(output: #"{"reset":true}"#)) }
        let path = try "/ca/CN=IOTmidCA/certificate/\(device.serialNumber())"
        #expect(try sandbox.request("DELETE", path, token: token).status == 200)
        for (broker, listener) in listeners.enumerated() {
            #expect(listener.connectsAgain(), "\(listener.outputSoFar)")
            let words = ["-t", "/admin/\(id)/attrs", "-q", "1", "-m", "{}"]
            #expect(try Child.run(publisher, connection(broker) + words, timeout: 20).status != 0)
        }
        #expect(sandbox.stop().status == 0)
        for process in sandbox.ready.brokerPids { #expect(kill(process, 0) == -1) }
    }

    @Test func aBrokerThatIsStartedAgainKnowsWhoCameMeanwhileAndWhoIsGone() throws {
        let sandbox = try RunningSandbox.start(["--device", "f60c28", "--device", "a1b2c3"])
        let token = try sandbox.logIn()
        let id = try makeDevice(sandbox, token)
        let late = try Enrolled(sandbox, as: "admin:\(id)", token: token)
        let gone = try Enrolled(sandbox, as: "a1b2c3", token: token)
        // Its certificate is good still, as one of x509-identity-mgmt would be: it is the device that is gone.
        _ = try sandbox.request(
            "POST", "/user", json: #"{"username": "other", "subjectDN": "CN=a1b2c3"}"#, token: token)
        let stray = try Enrolled(sandbox, as: "other", token: token)
        #expect(try sandbox.request("DELETE", "/device/a1b2c3", token: token).status == 200)
        usleep(600_000)
        kill(sandbox.ready.brokerPid, SIGKILL)
        #expect(sandbox.child.waitFor(error: "mosquitto ended with status 137; it is started again"))
        let words = ["-q", "1", "-m", "{}", "-t"]
        var sent = try Child.run(publisher, late.connection(sandbox) + words + ["/admin/\(id)/attrs"], timeout: 10)
        for _ in 0..<50 where sent.status != 0 {
            usleep(100_000)
            sent = try Child.run(publisher, late.connection(sandbox) + words + ["/admin/\(id)/attrs"], timeout: 10)
        }
        #expect(sent.status == 0 && sent.stderr == "", "\(sent.stderr)")
        #expect(
            try Child.run(publisher, gone.connection(sandbox) + words + ["/admin/a1b2c3/attrs"], timeout: 10).status
                != 0)
        let connection = stray.connection(sandbox).dropLast() + ["admin:a1b2c3"]
        let refused = try Child.run(publisher, connection + words + ["/admin/a1b2c3/attrs"], timeout: 10)
        #expect(refused.isNotAuthorised, "\(refused.stderr)")
    }

    @Test func workIsSharedByAllWhoAskForItMeanwhile() throws {
        let rounds = Guarded<[[Int]]>([])
        let work = SharedWork<Int, Int> { items in
            usleep(20_000)
            rounds.withLock { $0.append(items) }
            return items.contains(13) ? .failure(Refusal(500, "no")) : .success(items.count)
        }
        let refused = Guarded<Set<Int>>([])
        let threads = (0..<40).map { item in
            WorkerThread {
                do throws(Refusal) {
                    _ = try work.run([item])
                } catch { refused.withLock { _ = $0.insert(item) } }
            }
        }
        for thread in threads { thread.join() }
        let done = rounds.withLock { $0 }
        #expect(done.flatMap(\.self).sorted() == Array(0..<40))
        #expect(done.count < 20, "\(done.count) rounds")
        // Whoever was in the round that failed is told, and nobody else.
        let failed = try #require(done.first { $0.contains(13) })
        #expect(refused.withLock { $0 } == Set(failed))
    }

    @Test func aHistoryOfManyDevicesMakesRoomWithoutLookingLong() {
        let history = History()
        let start = Time.monotonic
        for index in 0..<1_200_000 { history.add([], of: "d\(index % 2000)", at: Double(index)) }
        let kept = history.all.values.map(\.count)
        #expect(kept.count == 2000 && kept.reduce(0, +) * 64 <= History.largest)
        #expect((kept.max() ?? 0) - (kept.min() ?? 0) < 100)
        #expect(history.messages(of: "d1999").last?.received == 1_199_999)
        #expect(Time.monotonic - start < 30)
    }

    @Test func aHistoryFileDoesNotGrowForEver() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.log")
        let file = try HistoryFile(path, devices: ["x"], mostBytes: 10_000)
        for index in 0..<2000 {
            file.add(Array(#"{"n": \#(index)}"#.utf8), of: index < 1900 ? "gone" : "x", at: Double(index))
            if index == 1899 {
                // All of that was written before most of it is forgotten.
                for _ in 0..<100 where try folder.read("history.log").isEmpty { usleep(50_000) }
                file.remove("gone")
            }
        }
        try file.stop()
        let lines = try folder.read("history.log").split(separator: "\n")
        #expect(lines.count < 1000, "\(lines.count)")
        let read = try HistoryFile(path, devices: ["x", "gone"])
        try read.stop()
        #expect(read.history.messages(of: "x").count == 100 && read.history.messages(of: "gone").isEmpty)
    }
}
