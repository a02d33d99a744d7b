import TestSupport
import Testing

/// A session that lasts, and a subscriber that takes a few of its messages at a time.
@Suite("subscribe config on a session that lasts")
struct LastingSessionTests {
    @Test("acknowledges what it prints and leaves the others to the next run")
    func takesNoMoreThanItPrints() throws {
        let broker = try RunningBroker()
        let subscribe = ["subscribe", "config", "-p", "\(broker.port)", "-t", "t", "-i", "x", "-c", "-q", "1"]
        #expect(try run(subscribe + ["-E"]) == "")
        for number in 1...9 {
            let publish = ["publish", "attrs", "-p", "\(broker.port)", "-t", "t", "-q", "1"]
            #expect(try run(publish + ["-m", "{\"n\":\(number)}"]) == "")
        }
        #expect(try run(subscribe + ["-C", "1", "-W", "10"]) == "{\"n\":1}\n")
        #expect(try run(subscribe + ["-C", "2", "-W", "10"]) == "{\"n\":2}\n{\"n\":3}\n")
        let rest = (4...9).map { "{\"n\":\($0)}\n" }.joined()
        #expect(try run(subscribe + ["-C", "6", "-W", "10"]) == rest)
    }

    private func run(_ arguments: [String]) throws -> String {
        let outcome = try Child.run(Programs.path("dojot-device"), arguments + ["-h", "localhost"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        return outcome.stdout
    }
}
