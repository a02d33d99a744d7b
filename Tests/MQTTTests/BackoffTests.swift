import Testing

@testable import MQTT

@Suite("Backoff")
struct BackoffTests {
    @Test("grows to its maximum, and stays between half and the whole of it", arguments: [1, 2, 3, 5, 10, 1000])
    func growsWithJitter(number: Int) {
        let backoff = Backoff(initial: 0.5, maximum: 30)
        let whole = min(30, 0.5 * (number > 12 ? 4096 : Double(1 << (number - 1))))
        for _ in 0..<50 {
            let pause = backoff.pause(before: number)
            #expect(pause >= whole / 2 && pause <= whole)
        }
    }

    @Test("counts a connection that lasted only a moment as a failure, and begins anew after a good one")
    func failures() {
        let now = MonotonicTime.now.nanoseconds
        func before(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: now - Int64(seconds * 1e9)) }
        #expect(Backoff.failures(after: 0, connectedSince: nil) == 1)
        #expect(Backoff.failures(after: 3, connectedSince: nil) == 4)
        #expect(Backoff.failures(after: 3, connectedSince: before(1)) == 4)
        #expect(Backoff.failures(after: 3, connectedSince: before(Backoff.goodAfter)) == 1)
    }

    @Test("differs from device to device")
    func hasJitter() {
        let pauses = Set((0..<20).map { _ in Backoff().pause(before: 6) })
        #expect(pauses.count > 10)
    }
}
