import Foundation
import TestSupport
import Testing

/// What valgrind finds lost when the commands that a device lives on have ended: memory that nobody points to any more.
@Suite("Under valgrind", .enabled(if: Sanitizer.isAbsent, "valgrind does not run a sanitizer's programs"))
struct LeakTests {
    private let retrieval: Retrieval
    private let valgrind: String

    init() throws {
        retrieval = try Retrieval(["--release", "0.6"])
        valgrind = try #require(Programs.installed("valgrind"))
    }

    /// The command under valgrind, which ends with 99 where memory is definitely lost or was used wrongly.
    private func line(_ arguments: [String]) -> [String] {
        [
            "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            "--error-exitcode=99", "--log-file=\(retrieval.folder.path("valgrind.log"))", Programs.path("dojot-device"),
        ] + arguments
    }

    private func report() -> String { (try? retrieval.folder.read("valgrind.log")) ?? "no report" }

    private func run(_ arguments: [String], input: String = "") throws -> Outcome {
        try Child.run(
            valgrind, line(arguments), input: input, environment: retrieval.sandbox.credentials,
            in: retrieval.folder.path, timeout: 240)
    }

    @Test("retrieve-cert, publish attrs and subscribe config lose no memory")
    func nothingIsLost() throws {
        let retrieved = try run([
            "retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28", "--key-type", "p256", "--broker",
            retrieval.sandbox.ready.mqtts, "--timeout", "120",
        ])
        #expect(retrieved.status == 0, "\(retrieved.stderr)\(report())")

        let published = try run(["publish", "attrs", "f60c28", "temperature=21.5"])
        #expect(published.status == 0, "\(published.stderr)\(report())")
        let lines = (1...200).map { "{\"n\":\($0)}\n" }.joined()
        let streamed = try run(["publish", "attrs", "f60c28", "-l"], input: lines)
        #expect(streamed.status == 0, "\(streamed.stderr)\(report())")

        let subscriber = try Child.start(
            valgrind, line(["subscribe", "config", "f60c28", "-C", "1", "-W", "120", "-d"]), in: retrieval.folder.path)
        try #require(subscriber.waitFor(error: "received SUBACK", timeout: 120), "\(subscriber.errorSoFar)\(report())")
        let told = try retrieval.sandbox.request(
            "PUT", "/device/f60c28/actuate", json: #"{"attrs": {"reset": true}}"#,
            token: retrieval.sandbox.logIn())
        #expect(told.status == 200)
        let subscribed = subscriber.wait(timeout: 120)
        #expect(subscribed.status == 0, "\(subscribed.stderr)\(report())")
        #expect(subscribed.stdout.contains("reset"))
    }
}
