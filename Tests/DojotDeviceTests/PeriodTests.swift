import Testing

@testable import DojotDevice

struct PeriodTests {
    @Test(arguments: [
        ("5", 5.0), ("5s", 5), ("500ms", 0.5), ("1.5m", 90), ("2min", 120), ("2h", 7200), ("1d", 86_400),
        ("0.25s", 0.25), ("2w", 1_209_600), ("400d", 34_560_000), ("36500d", 3_153_600_000),
    ])
    func aTimeIsRead(_ text: String, _ seconds: Double) throws {
        #expect(try Period(argument: text).seconds == seconds)
    }

    @Test(arguments: ["", "s", "5x", "-5s", "0", "0s", "1e3", "5 s", "inf", "nan", "1y", "36501d", "0.1ms", "5s5"])
    func whatIsNoTimeIsRefused(_ text: String) {
        #expect(throws: (any Error).self) { try Period(argument: text) }
    }

    @Test(arguments: [
        (0, "0 ms"), (0.25, "250 ms"), (1.5, "1.5 s"), (5, "5 s"), (90, "90 s"), (120, "2 min"), (7200, "2 h"),
        (61, "61 s"), (86_400, "1 d"), (2_592_000, "30 d"), (90_000, "25 h"),
    ])
    func aTimeIsShown(_ seconds: Double, _ text: String) {
        #expect(Period(seconds: seconds).description == text)
    }
}
