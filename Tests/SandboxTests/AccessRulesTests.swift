import Testing

@testable import BrokerAccess

/// Who may do what at the broker, by a table.
@Suite struct AccessRulesTests {
    private static let rules: AccessRules = {
        var rules = AccessRules()
        let lines: [AccessLine] = [
            .control(name: "sandbox", password: "secret"), .publish("/admin/%/attrs"), .publish("admin:%/attrs"),
            .hear("/admin/%/config"), .publishUnsecured("/admin/+/attrs"), .hearUnsecured("+/config"),
            .publishUnsecured("%/data"),
            .allow(name: "f60c28", device: "f60c28"), .allow(name: "admin:f60c28", device: "f60c28"),
            .allow(name: "gone", device: "gone"), .forbid(name: "gone"), .allow(name: "K", device: "K"),
        ]
        for line in lines { _ = rules.apply(line) }
        return rules
    }()

    @Test(
        arguments: [
            ("f60c28", .publish, "/admin/f60c28/attrs", true), ("admin:f60c28", .publish, "/admin/f60c28/attrs", true),
            ("f60c28", .publish, "admin:f60c28/attrs", true), ("f60c28", .publish, "/admin/a1b2c3/attrs", false),
            ("f60c28", .publish, "/admin/f60c28/config", false), ("f60c28", .publish, "/admin/f60c28/attrs/", false),
            ("f60c28", .publish, "/admin/f60c28x/attrs", false), ("f60c28", .publish, "/admin//attrs", false),
            ("f60c28", .publish, "", false), ("f60c28", .publish, AccessControl.topic, false),
            ("f60c28", .subscribe, "/admin/f60c28/config", true), ("f60c28", .hear, "/admin/f60c28/config", true),
            ("f60c28", .subscribe, "/admin/+/config", false), ("f60c28", .subscribe, "#", false),
            ("f60c28", .subscribe, "/admin/f60c28/attrs", false), ("f60c28", .hear, "/admin/a1b2c3/config", false),
            ("gone", .publish, "/admin/gone/attrs", false), ("nobody", .publish, "/admin/nobody/attrs", false),
            ("sandbox", .publish, AccessControl.topic, true), ("sandbox", .subscribe, "#", true),
            (nil, .publish, "/admin/anything/attrs", true), (nil, .publish, "/other/x/attrs", false),
            (nil, .publish, "/admin/a/b/attrs", false), (nil, .publish, AccessControl.topic, false),
            (nil, .subscribe, "x/config", true), (nil, .subscribe, "+/config", true), (nil, .subscribe, "#", false),
            (nil, .subscribe, "#/config", false), (nil, .subscribe, "$SYS/config", false), (nil, .hear, "x/y", false),
            // The sign of kelvin is equal to a K for Swift, and for nobody else.
            ("K", .publish, "/admin/K/attrs", true), ("\u{212A}", .publish, "/admin/K/attrs", false),
            ("K", .publish, "/admin/\u{212A}/attrs", false), ("f60c28", .publish, "f60c28/data", false),
        ] as [(String?, AccessRules.Access, String, Bool)])
    func whoMayDoWhat(name: String?, access: AccessRules.Access, topic: String, isAllowed: Bool) {
        let name = name.map { Array($0.utf8) }
        let hasCertificate = name.map { !Self.rules.isControl(name: $0) } ?? false
        #expect(Self.rules.allows(access, Array(topic.utf8), of: name, hasCertificate: hasCertificate) == isAllowed)
    }

    /// A user name that a client without a certificate gives makes it no device.
    @Test(arguments: [
        ("f60c28", "admin:f60c28/attrs", false), ("f60c28", "/admin/a1b2c3/attrs", true),
        ("admin:x", "admin:x/data", true),
        ("admin:x", "admin:y/data", false), ("a/b", "a/b/data", false), (nil, "/data", false), ("", "/data", true),
    ])
    func withoutACertificateAUserNameIsHeldToItsTopics(name: String?, topic: String, isAllowed: Bool) {
        let name = name.map { Array($0.utf8) }
        #expect(Self.rules.allows(.publish, Array(topic.utf8), of: name, hasCertificate: false) == isAllowed)
    }

    @Test(arguments: [
        ("sandbox", "secret", true), ("sandbox", "secreT", false), ("sandbox", "", false), ("f60c28", "secret", false),
    ])
    func whoIsTheSandbox(name: String, password: String, isIt: Bool) {
        #expect(Self.rules.isControl(name: Array(name.utf8), password: Array(password.utf8)) == isIt)
    }

    @Test(arguments: [
        AccessLine.control(name: "a", password: "b"), .publish("/t/%/attrs"), .hear("t:%/config"),
        .publishUnsecured("/t/+/attrs"), .hearUnsecured("+/config"), .allow(name: "t:d", device: "d"),
        .forbid(name: "t:d"), .drop(name: "t:d"), .identify(by: .fingerprint), .clientIdentifier("t:%"),
        .allow(name: "a\tb\nallow\t\\t\\", device: "\t"), .forbid(name: "\\n\n\\"),
    ])
    func aLineIsReadAsItWasWritten(line: AccessLine) {
        #expect(line.text.utf8.count { $0 == 10 } == 1)
        #expect(line.text.hasSuffix("\n"))
        #expect(AccessLine(Array(line.text.utf8.dropLast())) == line)
    }

    @Test(arguments: ["", "allow", "allow\tx", "allow\tx\ty\tz", "Allow\tx\ty", "nonsense\tx", "drop", "identify\tx"])
    func whatIsNoLineIsRefused(text: String) { #expect(AccessLine(Array(text.utf8)) == nil) }

    @Test(arguments: [
        ("f60c28", "admin:f60c28", true), ("f60c28", "admin:a1b2c3", false), ("f60c28", "f60c28", false),
        ("admin:f60c28", "admin:f60c28", true), ("gone", "admin:gone", false), ("nobody", "admin:nobody", false),
    ])
    func clientIdentifiersAreHeldToTheirDevice(name: String, identifier: String, isAdmitted: Bool) {
        var rules = Self.rules
        #expect(rules.admits(name: Array(name.utf8), clientIdentifier: []) == (name != "gone" && name != "nobody"))
        _ = rules.apply(.clientIdentifier("admin:%"))
        #expect(rules.admits(name: Array(name.utf8), clientIdentifier: Array(identifier.utf8)) == isAdmitted)
    }

    @Test func whoIsShutOutLosesTheirSessions() {
        var rules = AccessRules()
        #expect(rules.apply(.allow(name: "x", device: "d")) == nil)
        #expect(rules.apply(.drop(name: "x")) == "x" && rules.apply(.forbid(name: "x")) == "x")
    }
}
