import CommandLineKit
import Testing

@testable import Diagnosis

/// The table of all that can be found, which scripts compare codes with.
@Suite("The table of findings")
struct FindingTableTests {
    @Test("has each code once, in lower case, with dots")
    func codes() {
        let codes = FindingKind.all.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(codes.count > 70)
        for code in codes {
            #expect(code.contains("."), "\(code)")
            #expect(code.allSatisfy { $0.isLowercase || $0.isNumber || ".-{}".contains($0) }, "\(code)")
        }
    }

    @Test("has a cause and a cure in each row, as the house writes messages")
    func sentences() {
        for kind in FindingKind.all {
            #expect(!kind.cause.hasSuffix(".") && !kind.cure.hasSuffix("."), "\(kind.code)")
            for text in [kind.cause, kind.cure] {
                let begin = text.drop { $0 == "{" }.prefix(3)
                let isName = ["HTT", "MQT", "TLS", "Mos", "Ope"].contains(String(begin))
                #expect(!text.isEmpty && (isName || begin.first?.isUppercase == false), "\(kind.code): \(text)")
            }
        }
    }

    @Test("quotes for the shell what it fills into a cure, and has no placeholder for the device or the gateway")
    func quoting() {
        let odd = "a 'b' $(touch pwn)"
        let names = [
            "host", "port", "address", "peer", "file", "gateway", "wanted", "client", "authority", "time", "user",
        ]
        let values = Dictionary(uniqueKeysWithValues: names.map { ($0, odd) })
        for kind in FindingKind.all {
            let cure = Finding(kind, values).cure
            let rest = cure.split(separator: odd.shellWord, omittingEmptySubsequences: false).joined()
            #expect(!rest.contains("$(touch"), "\(kind.code): \(cure)")
            for placeholder in ["HOST:", "DEVICE", "TENANT"] {
                #expect(!kind.cure.contains(placeholder), "\(kind.code): \(kind.cure)")
            }
        }
    }

    @Test("is in the order of the steps")
    func order() {
        let steps = FindingKind.all.map { Step.allCases.firstIndex(of: $0.step) ?? 0 }
        #expect(steps == steps.sorted())
    }
}

/// What is taken for the cause of all that was found.
@Suite("The cause")
struct CauseTests {
    private static func report(_ found: (FindingKind, FindingKind.Severity?)...) -> DiagnosisReport {
        DiagnosisReport(
            steps: found.map { kind, severity in StepReport(kind.step, [], [Finding(kind, severity: severity)]) })
    }

    @Test(
        "is the first fault, then what is wrong beside the way",
        arguments: [
            (report((.datesExpired, nil), (.clientExpired, nil)), "dates.expired"),
            (report((.gatewayTCP, nil), (.tlsName, nil)), "tls.name"),
            (report((.filesMode, nil), (.gatewayTCP, nil)), "gateway.tcp"),
            (report((.loginExpired, nil), (.gatewayTCP, nil)), "login.expired"),
            (report((.filesMode, nil), (.datesSoon, nil), (.clockOff, nil)), nil),
            (report(), nil),
        ])
    func order(report: DiagnosisReport, code: String?) { #expect(report.cause?.code == code) }

    @Test(
        "is what is suspicious about a certificate where the broker refuses it, and only there",
        arguments: [
            (report((.chainUnknown, .suspicion), (.clientUnknownCA, nil)), "chain.unknown"),
            (report((.nameBare, nil), (.connackUnauthorized, nil)), "name.bare"),
            (report((.nameBare, nil), (.publishRefused, nil)), "name.bare"),
            (report((.connackClosed, nil), (.nameBare, nil)), "name.bare"),
            (report((.nameBare, nil), (.clientRevoked, nil)), "tls.client.revoked"),
            (report((.crlRevoked, nil), (.deviceUnknown, nil), (.clientRevoked, nil)), "device.unknown"),
            (report((.chainUnknown, .suspicion), (.tcpRefused, nil)), "tcp.refused"),
            (report((.chainUnknown, .suspicion), (.tlsName, nil)), "tls.name"),
            (report((.chainUnknown, .suspicion), (.datesExpired, nil), (.clientExpired, nil)), "dates.expired"),
            (report((.nameBare, nil), (.sessionSilent, nil)), "session.silent"),
            (report((.chainUnknown, .suspicion)), nil),
        ])
    func suspicion(report: DiagnosisReport, code: String?) { #expect(report.cause?.code == code) }
}

/// Sentences with blanks, and text from outside.
@Suite("Text of findings")
struct TextTests {
    @Test("has its blanks filled in, and keeps what has no value")
    func filling() {
        #expect(Text.fill("{a} and {b}", ["a": "one", "b": "{a}"]) == "one and {a}")
        #expect(Text.fill("{a}{c}", ["a": "one"]) == "one{c}")
        #expect(Text.fill("a { b", [:]) == "a { b")
    }

    @Test("carries no control characters from outside")
    func controlCharacters() {
        let finding = Finding(.tlsOther, ["greeting": "\u{1B}[31mred\r\n\u{202E}", "port": "1", "host": "a\u{7}"])
        #expect(!finding.cause.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(Text.shown(String(repeating: "x", count: 10_000)).count == 301)
    }

    @Test(
        "spells lengths of time in their largest unit",
        arguments: [(0, "0 s"), (-45, "45 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (315_360_000, "3650 d")]
            as [(Int64, String)])
    func spans(seconds: Int64, text: String) { #expect(Text.span(seconds) == text) }
}
