import Payload
import Testing

@Suite("What a device does when it is told something")
struct DeviceBehaviourTests {
    private func answer(_ config: String, to payload: String) throws -> String? {
        let behaviour = try DeviceBehaviour(json: Array("{\"attrs\": {\"a\": 1}, \"config\": \(config)}".utf8))
        return behaviour.onConfig?.publication(for: Array(payload.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "is acknowledged, set, or passed over",
        arguments: [
            (
                #"{"acknowledge": "last"}"#, #" {"mode": "eco", "n": [1, 2]} "#,
                #"{"last":{"mode": "eco", "n": [1, 2]}}"#
            ),
            (#"{"set": ["mode"]}"#, #"{"mode": "eco", "n": 1}"#, #"{"mode":"eco"}"#),
            (#"{"set": ["other"]}"#, #"{"mode": "eco"}"#, nil),
            (#"{"set": true}"#, #"{"mode":"eco","n":1}"#, #"{"n":1,"mode":"eco"}"#),
            (#"{"set": true}"#, #"{"n":1,"n":2}"#, #"{"n":2}"#),
            (#"{"set": true}"#, "{}", nil), (#"{"acknowledge": "last"}"#, "{}", #"{"last":{}}"#),
            (#"{"acknowledge": "n", "set": true}"#, #"{"n":1,"m":2}"#, #"{"n":{"n":1,"m":2},"m":2}"#),
            (#"{"acknowledge": "last"}"#, "[1]", nil), (#"{"acknowledge": "last"}"#, "no JSON", nil),
            (#"{"acknowledge": "last"}"#, "", nil), (#"{"set": false}"#, #"{"n":1}"#, nil),
        ] as [(String, String, String?)])
    func response(config: String, payload: String, expected: String?) throws {
        let answer = try answer(config, to: payload)
        #expect(answer == expected)
        if let answer { try JSONSyntax.check(object: answer.utf8) }
    }

    @Test(
        "what cannot be meant is refused",
        arguments: [
            ("{}", #"config says what is done: {"acknowledge": "lastConfig"}, or {"set": ["mode"]}"#),
            (#"{"acknowlege": "x"}"#, "config has no member \"acknowlege\"; did you mean \"acknowledge\"?"),
            (#"{"acknowledge": ""}"#, "an attribute has a name"), ("3", "config is an object, not a number"),
            (#"{"set": 3}"#, "set is true for all that comes, or the names of attributes: [\"mode\"]"),
        ])
    func refused(config: String, message: String) throws {
        let error = try #require(throws: PayloadError.self) { try answer(config, to: "{}") }
        #expect(error.message == message)
        #expect(error.position != nil)
    }

    @Test("a template alone does nothing on config; a mistyped member beside attrs is refused")
    func forms() throws {
        #expect(try DeviceBehaviour(json: Array(#"{"a": 1, "config": {"x": 1}}"#.utf8)).onConfig == nil)
        #expect(try DeviceBehaviour(json: Array(#"{"attrs": {"$counter": 1}}"#.utf8)).onConfig == nil)
        let error = try #require(throws: PayloadError.self) {
            try DeviceBehaviour(json: Array(#"{"attrs": {"a": 1}, "confg": {}}"#.utf8))
        }
        #expect(error.description == "line 1, column 21: the file has no member \"confg\"; did you mean \"config\"?")
    }
}
