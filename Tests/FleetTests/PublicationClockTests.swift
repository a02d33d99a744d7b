import MQTT
import Testing

@testable import Fleet

/// The clock that publications are planned by.
@Suite("A fleet's publication clock")
struct PublicationClockTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000)

    @Test("counts intervals, and finds the time of each")
    func counts() {
        let clock = PublicationClock(pace: 4, at: start)
        #expect(clock.reading(at: start) == 0)
        #expect(clock.reading(at: start + 2.5) == 10)
        #expect(clock.time(of: 10) == start + 2.5)
        #expect(clock.time(of: -2) == start + -0.5)
    }

    @Test("what is planned comes sooner, later or not at all when the pace changes")
    func changes() {
        var clock = PublicationClock(pace: 1 / 200, at: start)
        #expect(clock.time(of: 1) == start + 200)
        // Half of the interval is over; the rest goes a hundred times as fast.
        clock.setPace(1 / 2, at: start + 100)
        #expect(clock.time(of: 1) == start + 101)
        clock.setPace(0, at: start + 100.5)
        #expect(clock.time(of: 1) == nil)
        #expect(clock.reading(at: start + 1000) == 0.75)
        clock.setPace(1, at: start + 1000)
        #expect(clock.time(of: 1) == start + 1000.25)
    }

    @Test("the same pace again changes nothing")
    func stays() {
        var clock = PublicationClock(pace: 0.1, at: start)
        for step in 1...1000 { clock.setPace(0.1, at: start + Double(step) / 7) }
        #expect(clock.time(of: 1) == start + 10)
    }
}
