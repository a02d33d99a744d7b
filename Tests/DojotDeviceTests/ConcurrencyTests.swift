import Foundation
import TestSupport
import Testing

/// Several runs at work in one folder at the same time.
@Suite("several runs at once")
struct ConcurrencyTests {
    @Test(
        "of two for one device the second says that the first is at work, and a lock dies with its holder",
        arguments: RunningSandbox.releases)
    func twoForOneDevice(release: String) throws {
        let retrieval = try Retrieval(RunningSandbox.options(of: release))
        let key = release != "0.4" ? ["--key-type", "p256"] : ["--key", try retrieval.makeKey()]
        try retrieval.inject("\(Retrieval.signing(on: release)) delay=60 count=1")
        let first = try retrieval.start(["retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28"] + key)
        try #require(first.waitFor(error: "asking for the signature"))
        for _ in 0..<2 {
            let second = try retrieval.run("f60c28", key)
            #expect(second.status == 75, "\(second.stderr)")
            #expect(second.stderr.contains("error: another process is at work on f60c28\n"))
        }
        #expect(first.isRunning)
        first.signal(SIGKILL)
        _ = first.wait()
        let next = try retrieval.run("f60c28", key)
        #expect(next.status == 0, "\(next.stderr)")
        #expect(next.stderr.contains("completing the run that was cut off"))
        #expect(try retrieval.holdsTogether())
    }

    @Test("20 for 20 devices in one folder all succeed, and so do their renewals", arguments: RunningSandbox.releases)
    func twentyDevices(release: String) throws {
        let devices = (0..<20).map { "ab00" + ($0 < 10 ? "0\($0)" : "\($0)") }
        let retrieval = try Retrieval(RunningSandbox.options(of: release) + devices.flatMap { ["--device", $0] })
        let (gateway, broker) = (retrieval.sandbox.ready.gateway, retrieval.sandbox.ready.mqtts)
        let key = release != "0.4" ? ["--key-type", "p256"] : ["--key", try retrieval.makeKey()]
        try atOnce(devices) { device in
            try retrieval.start(["retrieve-cert", gateway, device, "--crl", "--broker", broker] + key)
        }
        let first = try devices.map { try retrieval.serial(of: $0) }
        try atOnce(devices) { try retrieval.start(["renew", $0, "--force", "--reuse-key"]) }
        let second = try devices.map { try retrieval.serial(of: $0) }
        #expect(Set(first + second).count == 40)
        for device in devices { #expect(try retrieval.holdsTogether(device), "\(device)") }
        #expect(try retrieval.names().filter { $0.hasSuffix(".new") } == [])
        if release != "0.4" {
            #expect(try retrieval.signedByX509() == 40)
        } else {
            for device in devices { #expect(try retrieval.certificates(of: device) == 2, "\(device)") }
        }
    }

    /// Starts a program for each device, and expects all to end well.
    private func atOnce(_ devices: [String], _ start: (String) throws -> Child) throws {
        for (device, child) in try devices.map({ ($0, try start($0)) }) {
            let outcome = child.wait(timeout: 120)
            #expect(outcome.status == 0, "\(device): \(outcome.stderr)")
        }
    }
}
