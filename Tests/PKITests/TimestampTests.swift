import Foundation
import PKI
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (1_795_464_840, "2026-11-23T20:14:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func secondsBecomeADate(seconds: Int64, text: String) {
        #expect(Timestamp(unixSeconds: seconds).description == text)
    }

    @Test func itAgreesWithFoundationOverCenturies() {
        let formatter = ISO8601DateFormatter()
        for seconds in stride(from: -2_000_000_000, to: 12_000_000_000, by: 97_654_321) as StrideTo<Int64> {
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(Timestamp(unixSeconds: seconds).description == text)
        }
    }

    @Test func nowIsNow() {
        #expect(abs(Double(Timestamp.now.unixSeconds) - Date().timeIntervalSince1970) <= 1)
        #expect(Timestamp(unixSeconds: 1) < Timestamp(unixSeconds: 2))
    }
}
