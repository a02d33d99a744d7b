import Dojot
import Testing

/// What goes into file names, URLs and topics, and what does not.
@Suite struct NameTests {
    static let allowed = ["f60c28", "a", "A_b-c.d", "0", "_x", "a.b", String(repeating: "x", count: 255)]

    /// Names that are refused whatever they name, and what the message says of them.
    static let refused: [(String, String)] = [
        ("", "is empty"), ("..", "must not begin with \".\""), (".", "must not begin with \".\""),
        (".hidden", "must not begin with \".\""), ("-rf", "must not begin with \"-\""),
        ("a..b", "must not have \"..\" in it"), ("a/b", "may have only letters"), ("/etc", "may have only letters"),
        ("a\\b", "may have only letters"), ("a b", "may have only letters"), ("a\n", "may have only letters"),
        ("a\0b", "may have only letters"), ("é", "may have only letters"), ("a%2e", "may have only letters"),
        ("a?b", "may have only letters"), ("a#b", "may have only letters"), ("a+b", "may have only letters"),
        ("a*", "may have only letters"), ("$(id)", "may have only letters"), ("a\u{1B}[31m", "may have only letters"),
        (String(repeating: "x", count: 256), "is longer than 255 bytes"),
    ]

    @Test(arguments: allowed)
    func namesOfLettersAndDigitsPass(name: String) throws {
        #expect(try PlatformName.check(name, as: "tenant") == name)
        #expect(try DeviceName(name).description == name)
    }

    @Test(arguments: refused)
    func othersDoNot(name: String, problem: String) throws {
        let forCA = #expect(throws: DojotError.self) { try PlatformName.check(name, as: "CA name") }
        #expect(forCA?.code == .invalidName)
        #expect(forCA?.message.hasPrefix("CA name \"") == true)
        #expect(forCA?.message.contains(problem) == true)
        let forDevice = #expect(throws: DojotError.self) { try DeviceName(name) }
        #expect(forDevice?.code == .invalidName)
        #expect(forDevice?.message.contains(problem) == true)
        for text in [forCA?.message, forDevice?.message] {
            #expect(text?.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } == true)
        }
    }

    @Test(
        arguments: [
            ("admin:f60c28", "admin", "f60c28"), ("f60c28", nil, "f60c28"), ("a.b:c-d", "a.b", "c-d"),
        ] as [(String, String?, String)])
    func aDeviceMayHaveItsTenantBeforeIt(text: String, tenant: String?, device: String) throws {
        let name = try DeviceName(text)
        #expect(name.tenant == tenant)
        #expect(name.device == device)
        #expect(name.description == text)
        #expect(name.unqualified.description == device)
    }

    @Test(arguments: [
        (":", "lacks a part"), ("a:", "lacks a part"), (":b", "lacks a part"), ("a:b:c", "one \":\" only"),
        ("::", "one \":\" only"), ("a:..", "must not begin"), ("..:b", "must not begin"), ("a:-b", "must not begin"),
        ("a:b/../c", "may have only"),
        (String(repeating: "x", count: 128) + ":" + String(repeating: "y", count: 127), "longer"),
    ])
    func aColonChangesNothingInThat(text: String, problem: String) {
        let error = #expect(throws: DojotError.self) { try DeviceName(text) }
        #expect(error?.code == .invalidName)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test func aTenantIsAddedWhereThereIsNone() throws {
        #expect(try DeviceName("f60c28").qualified(by: "admin").description == "admin:f60c28")
        #expect(try DeviceName("acme:f60c28").qualified(by: "admin").description == "acme:f60c28")
        #expect(throws: DojotError.self) { try DeviceName("f60c28").qualified(by: "../admin") }
        #expect(throws: DojotError.self) { try DeviceName("f60c28").qualified(by: "a:b") }
    }

    @Test(arguments: [
        ("admin:f60c28", true), ("f60c28", true), ("my_tenant:dev_1", true), ("my-tenant:f60c28", false),
        ("admin:f60.c28", false),
    ])
    func moscaTakesWordsOnly(text: String, isAccepted: Bool) throws {
        #expect(try DeviceName(text).isAcceptedByMosca == isAccepted)
    }

    @Test func topicsAreAsEachBrokerHasThem() {
        #expect(Topic.attrs(tenant: "admin", device: "f60c28", kind: .mosca) == "/admin/f60c28/attrs")
        #expect(Topic.config(tenant: "admin", device: "f60c28", kind: .mosca) == "/admin/f60c28/config")
        #expect(Topic.attrs(tenant: "admin", device: "f60c28", kind: .vernemq) == "admin:f60c28/attrs")
        #expect(Topic.config(tenant: "admin", device: "f60c28", kind: .vernemq) == "admin:f60c28/config")
        #expect(Topic.clientID(tenant: "admin", device: "f60c28") == "admin:f60c28")
        #expect(Topic.username(tenant: "admin", device: "f60c28", kind: .mosca) == nil)
        #expect(Topic.username(tenant: "admin", device: "f60c28", kind: .vernemq) == "admin:f60c28")
    }
}
