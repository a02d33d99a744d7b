import HTTP
import TestSupport
import Testing

@testable import Dojot

/// The device manager's answers as each release gives them, and what is none.
@Suite struct DeviceAnswerTests {
    private static let page = #"{"pagination": {"page": 1, "total": 2, "has_next": true, "next_page": 2}, "devices": "#

    private func manager(_ server: ScriptedServer) throws -> DeviceManager {
        DeviceManager(
            gateway: try Gateway("http://127.0.0.1:\(server.port)"),
            session: try Session(token: Secret(TokenMaker.token())),
            http: HTTPClient(), timeout: 5, retry: RetryPolicy(attempts: 2, base: 0.01, limit: 0.01))
    }

    @Test func idsMayBeTextAndFieldsMayBeMissing() throws {
        let server = try ScriptedServer([
            .json(
                #"{"id": "a1", "label": "x\u001b[2Jy", "templates": ["2", 1], "attrs": {"1": [{"label": "t", "type": "dynamic"}]}}"#
            ),
            .json(#"{"id": "a1", "label": "bare"}"#),
            .json(#"{"template": {"id": "12", "label": "t"}, "result": "ok"}"#),
        ])
        defer { server.stop() }
        let devices = try manager(server)
        let device = try devices.device(DeviceName("a1"))
        #expect(device.label == "x [2Jy")
        #expect(device.templates == [2, 1])
        #expect(device.attributes == [Device.Attribute(label: "t", kind: "dynamic", valueType: "")])
        #expect(try devices.device(DeviceName("a1")).created == nil)
        #expect(try devices.createTemplate(label: "t", attributes: []).id == 12)
    }

    @Test func whatIsSentIsWhatTheApiSays() throws {
        let server = try ScriptedServer([
            .json(#"{"template": {"id": 1}}"#), .json(#"{"devices": [{"id": "a1"}, {"id": "a2"}]}"#), .json("{}"),
            .status(404, #"{"message": "No data for the given attribute could be found"}"#),
        ])
        defer { server.stop() }
        let devices = try manager(server)
        _ = try devices.createTemplate(
            label: "a \"b\"", attributes: [.init(label: "t", kind: "dynamic", valueType: "geo:point")])
        #expect(try devices.create(label: "l", templates: [1, 2], count: 2) == ["a1", "a2"])
        try devices.actuate(DeviceName("admin:a1"), attributes: Array(#"{"z":1, "a":1.50}"#.utf8))
        #expect(try devices.history(of: DeviceName("a1"), attributes: ["ä b", "c"], last: 2).isEmpty)
        #expect(
            server.requests.map { "\($0.method) \($0.target)" } == [
                "POST /template", "POST /device?count=2", "PUT /device/a1/actuate",
                "GET /history/device/a1/history?lastN=2&attr=%C3%A4%20b,c",
            ])
        #expect(
            server.requests.map(\.text) == [
                #"{"attrs":[{"label":"t","type":"dynamic","value_type":"geo:point"}],"label":"a \"b\""}"#,
                #"{"label":"l","templates":[1,2]}"#, #"{"attrs": {"z":1, "a":1.50}}"#, "",
            ])
        #expect(server.requests.allSatisfy { $0.field("Authorization") == "Bearer \(TokenMaker.token())" })
    }

    struct Odd: Sendable {
        let answers: [ScriptedServer.Answer]
        let code: DojotError.Code
        let requests: Int

        init(_ code: DojotError.Code, requests: Int = 1, _ answers: ScriptedServer.Answer...) {
            (self.code, self.requests, self.answers) = (code, requests, answers)
        }
    }

    @Test(arguments: [
        Odd(.protocolViolation, .json(page + "[]}")),
        Odd(.protocolViolation, .json(#"{"pagination": {"has_next": true}, "devices": [{"id": "a", "label": ""}]}"#)),
        Odd(.protocolViolation, requests: 2, .json(page + #"[{"id": "a", "label": ""}]}"#)),
        Odd(
            .protocolViolation, requests: 2, .json(page + #"[{"id": "a", "label": ""}]}"#),
            .json(
                #"{"pagination": {"page": 2, "total": 9, "has_next": true, "next_page": 3}, "#
                    + #""devices": [{"id": "a", "label": ""}]}"#)),
        Odd(.protocolViolation, .json("[]")), Odd(.protocolViolation, .json("")),
        Odd(.protocolViolation, .status(200, "<html><title>dojot</title></html>")),
        Odd(.noRoute, .json(#"{"message": "no Route matched with those values"}"#, status: 404)),
        Odd(.unauthorized, .json(#"{"message": "Unauthorized"}"#, status: 401)),
        Odd(.forbidden, .json(#"{"message": "permission denied"}"#, status: 403)),
        Odd(.unavailable, requests: 2, .status(502, "<html><title>502 Bad Gateway</title></html>")),
        Odd(.requestRefused, .json(#"{"message": "page_size must be greater than 0"}"#, status: 400)),
        Odd(.serverFailure, .json("", status: 500)),
    ])
    func oddAnswersToAListAreToldApart(odd: Odd) throws {
        let server = try ScriptedServer(odd.answers)
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) { try manager(server).devices() }
        #expect(error?.code == odd.code)
        #expect(error?.message.hasPrefix("cannot list the devices: ") == true)
        #expect(server.requests.count == odd.requests)
    }

    @Test func fewerDevicesThanAskedForAreNoSuccess() throws {
        let server = try ScriptedServer([.json(#"{"devices": [{"id": "a1"}]}"#)])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try manager(server).create(label: "l", templates: [], count: 2)
        }
        #expect(error?.code == .protocolViolation)
    }

    @Test func anActuationWhoseAnswerWasLostIsNotRepeated() throws {
        let server = try ScriptedServer([.reset, .json("{}")])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try manager(server).actuate(DeviceName("a1"), attributes: Array("{}".utf8))
        }
        #expect(error?.code == .transport(.connectionLost))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        ("21.5", "21.5"), ("21.0", "21"), ("-7", "-7"), ("true", "true"), ("null", "null"), (#""a\nb""#, "a b"),
        (#"[1, {"b": 2, "a": "/"}]"#, #"[1,{"a":"/","b":2}]"#), ("1e300", "1e+300"),
        ("9223372036854775807", "9223372036854775807"),
    ])
    func valuesAreShownOnALine(json: String, shown: String) {
        #expect(JSONValue(json: Array(json.utf8))?.shown == shown)
    }
}
