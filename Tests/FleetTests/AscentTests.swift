import MQTT
import Testing

@testable import Fleet

@Suite("devices that are asked for at once")
struct AscentTests {
    @Test("begin one after the other, the first at once, and all within the time")
    func spread() {
        var ascent = Ascent(over: 1)
        let start = MonotonicTime.now
        #expect(ascent.allowed(of: 100, begun: 0, at: start) == 1)
        #expect(ascent.allowed(of: 100, begun: 1, at: start + 0.25) == 26)
        #expect(ascent.allowed(of: 100, begun: 26, at: start + 1) == 100)
        // More of them begin from where it is then.
        #expect(ascent.allowed(of: 300, begun: 100, at: start + 1) == 101)
        #expect(ascent.allowed(of: 400, begun: 200, at: start + 1.5) == 201)
        #expect(ascent.allowed(of: 400, begun: 201, at: start + 2) == 301)
        #expect(ascent.allowed(of: 400, begun: 301, at: start + 9) == 400)
    }

    @Test("end at once, and begin anew after that")
    func fewer() {
        var ascent = Ascent(over: 1)
        let start = MonotonicTime.now
        #expect(ascent.allowed(of: 8, begun: 0, at: start) == 1)
        #expect(ascent.allowed(of: 2, begun: 8, at: start + 1) == 2)
        #expect(ascent.allowed(of: 8, begun: 2, at: start + 5) == 3)
    }

    @Test("without a time for it they begin at once")
    func atOnce() {
        var ascent = Ascent(over: 0)
        #expect(ascent.allowed(of: 100, begun: 0, at: .now) == 100)
    }
}
