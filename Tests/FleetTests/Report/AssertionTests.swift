import Fleet
import Testing

@Suite("Assertions on a run")
struct AssertionTests {
    @Test(
        "hold or do not, and say what was found",
        arguments: [
            ("lost == 0", true, "lost is 0"), ("renewed.lost == 0", true, "renewed.lost is 0"),
            ("publish.p99 < 10m", true, nil), ("publish.p99<0.001ms", false, nil), ("publish.p99 > 0", true, nil),
            ("revoked.connected == 0", true, "revoked.connected is 0"), ("revoked.off.max < 30s", true, nil),
            ("revoked.off.max <= 780ms", true, "revoked.off.max is 780 ms"), ("revoked.off.max < 0.78s", false, nil),
            ("revoked.returned == 0", true, "revoked.returned is 0"),
            ("revoked.off.count == revoked.devices", true, "revoked.off.count is 40, revoked.devices is 40"),
            ("connected != targetConnections", true, "connected is 960, targetConnections is 1000"),
            ("failures.tcp.reset == 4", true, "failures.tcp.reset is 4"),
            ("connect.failures.tcp.reset >= 4", true, nil), ("publish.failures.tcp.reset == 0", true, nil),
            ("losses.tls.client.revoked == revoked.disconnected", true, nil),
            ("renewed.losses.tcp.reset == 0", true, nil),
            ("revoked.failures.tls.client.revoked == 29", true, nil), ("failures.never-seen == 0", true, nil),
            ("cpu.mean < 85%", true, nil), ("cpu.mean < 85 %", true, nil),
            ("duration == 60s", true, "duration is 60 s"),
            ("publish.failed.share < 5%", true, nil), ("publish.rate >= 10/s", true, nil),
            ("publish.rate > 10", true, nil),
            // Nothing was measured: that a promise was kept cannot be said.
            ("subscribe.p99 < 1s", false, "subscribe.p99 is none"), ("expired.off.max < 30s", false, nil),
            ("subscribe.failed == 0", true, nil),
        ] as [(String, Bool, String?)])
    func evaluation(text: String, holds: Bool, found: String?) throws {
        let outcome = try Assertion(text).evaluate(SampleRun.usual.summary)
        #expect(outcome.holds == holds, "\(outcome.found)")
        if let found { #expect(outcome.found == found) }
        #expect(outcome.text == text)
    }

    @Test(
        "what cannot be meant is refused with a way out",
        arguments: [
            ("lost", "'lost': is no comparison", "compare a figure: "),
            ("lost = 0", "'lost = 0': is no comparison", "compare a figure: "),
            ("lost =< 0", "'lost =< 0': is no comparison", "compare a figure: "),
            ("lsot == 0", "'lsot == 0': there is no figure 'lsot'", "did you mean 'lost'? the figures are duration, "),
            (
                "publish.p9 < 1ms", "'publish.p9 < 1ms': there is no figure 'publish.p9'",
                "did you mean 'publish.p95'? the "
            ),
            (
                "renwed.lost == 0", "'renwed.lost == 0': there is no figure 'renwed.lost'",
                "did you mean 'renewed.lost'? "
            ),
            (" == 0", "' == 0': there is no figure ''", "the figures are "),
            (
                "publish.p99 < 250", "'publish.p99 < 250': '250' is not what publish.p99 is compared with",
                "write a time with"
            ),
            ("lost < 5%", "'lost < 5%': '5%' is not what lost is compared with", "write a number: 0, 1500"),
            (
                "cpu.mean < 85", "'cpu.mean < 85': '85' is not what cpu.mean is compared with",
                "write per cent: 0.1%, 85%"
            ),
            (
                "publish.rate > 5/m", "'publish.rate > 5/m': '5/m' is not what publish.rate is compared with",
                "write how many"
            ),
            ("lost == ", "'lost == ': there is no figure ''", "the figures are "),
            (
                "lost == publish.p99", "'lost == publish.p99': lost and publish.p99 are not measured in the same unit",
                nil
            ),
            ("failures. == 0", "'failures. == 0': there is no figure 'failures.'", nil),
            ("lost == 1e99999", "'lost == 1e99999': '1e99999' is not what lost is compared with", nil),
            ("a\u{1b}[31m == 0", "'a\\1B[31m == 0': there is no figure 'a\\1B[31m'", nil),
        ] as [(String, String, String?)])
    func refused(text: String, message: String, hint: String?) throws {
        let error = try #require(throws: FleetError.self) { try Assertion(text) }
        #expect(error.code == .invalidDeclaration)
        #expect(error.message == message)
        if let hint { #expect(error.hint?.hasPrefix(hint) == true, "\(error.hint ?? "")") }
    }

    @Test("every figure of a run can be asserted on, by its name")
    func everyFigure() throws {
        let summary = SampleRun(seconds: 10).summary
        let names = summary.figures.map(\.name)
        #expect(Set(names).count == names.count)
        for figure in summary.figures {
            #expect(try Assertion("\(figure.name) == \(figure.name)").evaluate(summary).holds == (figure.value != nil))
        }
    }
}
