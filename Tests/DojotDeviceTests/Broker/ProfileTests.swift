import Foundation
import TestSupport
import Testing

/// `publish attrs` and `subscribe config` with what retrieve-cert kept, against the sandbox.
@Suite("With a device's profile", .serialized)
final class ProfileTests {
    private let sandbox: RunningSandbox
    private let folder: TemporaryFolder
    private let program = Programs.path("dojot-device")

    init() throws {
        sandbox = try RunningSandbox.start(["--device", "f60c28", "--device", "abcdef"])
        folder = try TemporaryFolder()
        let retrieval = try Child.run(
            program, ["retrieve-cert", sandbox.ready.gateway, "admin:f60c28", "--broker", sandbox.ready.mqtts],
            environment: sandbox.credentials, in: folder.path)
        try #require(retrieval.status == 0, "\(retrieval.stderr)")
    }

    private func run(_ arguments: [String], in place: String? = nil) throws -> Outcome {
        try Child.run(program, arguments, in: place ?? folder.path, timeout: 30)
    }

    @Test("topic, client identifier, broker and TLS files need not be said")
    func publishes() throws {
        for name in ["f60c28", "admin:f60c28"] {
            let outcome = try run(["publish", "attrs", name, "temperature=21.5"])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stderr == "")
        }
        // The tutorial says "cd certs".
        #expect(try run(["publish", "attrs", "f60c28", "temperature=22"], in: folder.path("certs")).status == 0)
        let answer = try sandbox.request(
            "GET", "/history/device/f60c28/history?attr=temperature&firstN=5", token: sandbox.logIn())
        #expect(answer.status == 200)
        #expect(answer.body.contains("21.5") && answer.body.contains("22"))
        let line = try run(["publish", "attrs", "f60c28", "a=1", "--dry-run"])
        #expect(line.stdout.contains("-i admin:f60c28 -t /admin/f60c28/attrs -q 1 -m '{\"a\":1}' --cafile "))
    }

    @Test("what the platform tells the device is printed")
    func subscribes() throws {
        let child = try Child.start(
            program, ["subscribe", "config", "f60c28", "-C", "1", "-W", "20", "-d"], in: folder.path)
        #expect(child.waitFor(error: "received SUBACK"))
        let answer = try sandbox.request(
            "PUT", "/device/f60c28/actuate", json: #"{"attrs": {"reset": true}}"#, token: sandbox.logIn())
        #expect(answer.status == 200)
        let outcome = child.wait(timeout: 20)
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains("reset"))
    }

    @Test("what Mosca cannot do is refused for its profile, and works with flags alone")
    func refusesForMosca() throws {
        let quality = try run(["publish", "attrs", "f60c28", "a=1", "-q", "2"])
        #expect(quality.status == 64)
        #expect(quality.stderr.contains("Mosca"))
        let version = try run(["publish", "attrs", "f60c28", "a=1", "-V", "5"])
        #expect(version.status == 64)
        #expect(version.stderr.contains("Mosca"))
        #expect(try run(["subscribe", "config", "f60c28", "-V", "5"]).status == 64)
    }

    @Test("another device's topic is refused, and a revoked certificate")
    func refused() throws {
        let subscription = try run(["subscribe", "config", "f60c28", "-t", "/admin/abcdef/config", "-W", "10"])
        #expect(subscription.status == 77, "\(subscription.stderr)")
        #expect(subscription.stderr.contains("refuses the subscription to /admin/abcdef/config"))
        #expect(
            try run(["publish", "attrs", "f60c28", "a=1", "-t", "/admin/abcdef/attrs"]).stderr.contains(
                "does not go with"))
        let folders = try run(["publish", "attrs", "nobody", "a=1"])
        #expect(folders.status == 66)
        #expect(folders.stderr.contains("retrieve-cert"))
    }
}
