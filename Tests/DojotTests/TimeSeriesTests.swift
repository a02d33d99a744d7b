import HTTP
import TestSupport
import Testing

@testable import Dojot

/// The history by /tss, with the answers of the influxdb-retriever, and its detection.
@Suite struct TimeSeriesTests {
    private func manager(_ server: ScriptedServer, token: String = TokenMaker.keycloak()) throws -> DeviceManager {
        DeviceManager(
            gateway: try Gateway(server.url("")), session: try Session(token: Secret(token)), http: HTTPClient(),
            timeout: 5, retry: RetryPolicy(attempts: 2, base: 0.01, limit: 0.01))
    }

    private static func page(_ values: [String], next: String? = nil) -> ScriptedServer.Answer {
        let data = values.enumerated().map { #"{"ts":"2026-11-30T10:00:0\#($0).000Z","value":\#($1)}"# }
        let paging = next.map {
            #"{"previous":null,"current":{"number":1,"url":"x"},"next":{"number":2,"url":"\#($0)"}}"#
        }
        return .json(#"{"data":[\#(data.joined(separator: ","))],"paging":\#(paging ?? #"{"next":null}"#)}"#)
    }

    private static let noRoute = ScriptedServer.Answer.json(
        #"{"message":"no Route matched with those values"}"#, status: 404)

    @Test func readsOneAttributePageAfterPage() throws {
        let url = "/tss/v1/devices/a1/attrs/t/data?order=desc&limit=3&dateTo=2026-11-30T10%3A00%3A00.000Z&page=2"
        let server = try ScriptedServer([
            Self.page(["1", "2.5", #""x""#], next: url), Self.page([], next: url),
        ])
        defer { server.stop() }
        let samples = try manager(server).history(of: DeviceName("a1"), attributes: ["t"], last: 300)["t"]
        #expect(samples?.map(\.value) == [.integer(1), .number(2.5), .string("x")])
        #expect(samples?.first?.time == "2026-11-30T10:00:00.000Z")
        #expect(
            server.requests.map(\.target) == ["/tss/v1/devices/a1/attrs/t/data?order=desc&limit=256", url])
    }

    @Test func endsWithTheNumberThatWasWanted() throws {
        let server = try ScriptedServer([Self.page(["1", "2"], next: "?page=2")])
        defer { server.stop() }
        let samples = try manager(server).history(of: DeviceName("a1"), attributes: ["t"], last: 2)
        #expect(samples["t"]?.count == 2)
        #expect(server.requests.map(\.target) == ["/tss/v1/devices/a1/attrs/t/data?order=desc&limit=2"])
    }

    @Test func readsFromATimeOn() throws {
        let server = try ScriptedServer([Self.page([])])
        defer { server.stop() }
        let found = try manager(server)
            .history(of: DeviceName("a1"), attributes: ["a_b"], from: "2026-11-30T10:00:00Z", first: 5)
        #expect(found.isEmpty)
        #expect(
            server.requests.first?.target
                == "/tss/v1/devices/a1/attrs/a_b/data?order=asc&dateFrom=2026-11-30T10%3A00%3A00Z"
                + "&dateTo=2200-01-01T00%3A00%3A00Z&limit=5")
    }

    @Test func readsAllAttributesAndThoseThatOnePageDoesNotContain() throws {
        let moments =
            #"{"ts":"T1","attrs":[{"label":"t","value":2},{"label":"o","value":"{\"a\": [1]}"}]},"#
            + #"{"ts":"T0","attrs":[{"label":"t","value":1}]}"#
        let server = try ScriptedServer([
            .json(#"{"data":[\#(moments)],"paging":{"next":{"number":2,"url":"x"}}}"#),
            .json(
                #"{"id":"a1","label":"l","templates":[1],"attrs":{"1":[{"label":"t","type":"dynamic"},{"label":"rare","type":"dynamic"},{"label":"reset","type":"actuator"},{"label":"o","type":"dynamic"}]}}"#
            ),
            Self.page(["7"]),
        ])
        defer { server.stop() }
        let samples = try manager(server).history(of: DeviceName("a1"), attributes: [], last: 2)
        #expect(samples["t"]?.map(\.value) == [.integer(2), .integer(1)])
        #expect(samples["rare"]?.map(\.value) == [.integer(7)])
        #expect(samples["reset"] == nil)
        #expect(
            server.requests.map(\.target).prefix(2) == ["/tss/v1/devices/a1/data?order=desc&limit=256", "/device/a1"])
        // "t" is complete.
        #expect(
            Set(server.requests.map(\.target).dropFirst(2)) == [
                "/tss/v1/devices/a1/attrs/rare/data?order=desc&limit=2",
                "/tss/v1/devices/a1/attrs/o/data?order=desc&limit=2",
            ])
    }

    @Test func structuredValuesComeAsJSONText() throws {
        let server = try ScriptedServer([Self.page([#""{\"a\": [1, true]}""#, #""[no""#])])
        defer { server.stop() }
        let samples = try manager(server).history(of: DeviceName("a1"), attributes: ["o"], last: 5)["o"]
        #expect(
            samples?.map(\.value) == [
                .object(["a": .array([.integer(1), .bool(true)])]), .string("[no"),
            ])
    }

    @Test func anUnknownDeviceHasNoSamples() throws {
        let server = try ScriptedServer([.json(#"{"error":"Not found admin/a1"}"#, status: 404)])
        defer { server.stop() }
        #expect(try manager(server).history(of: DeviceName("a1"), attributes: ["t"], last: 5).isEmpty)
    }

    @Test func theOtherServiceIsLookedUpOnceASession() throws {
        // The token of an old login, as a gateway in front of 1.0 might still accept.
        let server = try ScriptedServer([Self.noRoute, Self.page(["1"]), Self.page(["2"]), Self.page(["3"])])
        defer { server.stop() }
        let devices = try manager(server, token: TokenMaker.token())
        for _ in 1...3 { _ = try devices.history(of: DeviceName("a1"), attributes: ["t"], last: 1) }
        #expect(
            server.requests.map { $0.target.split(separator: "/").first } == ["history", "tss", "tss", "tss"])
    }

    @Test func theHistoryIsReadWhereThereIsNoTimeSeriesService() throws {
        let server = try ScriptedServer([
            .status(404, "<html><title>404 Not Found</title></html>"),
            .json(#"[{"device_id":"a1","ts":"T","value":1,"attr":"t","metadata":{}}]"#),
        ])
        defer { server.stop() }
        let samples = try manager(server).history(of: DeviceName("a1"), attributes: ["t"], last: 1)
        #expect(samples["t"]?.map(\.value) == [.integer(1)])
    }

    @Test func noHistoryAtAllIsAnError() throws {
        let server = try ScriptedServer([Self.noRoute])
        defer { server.stop() }
        let error = #expect(throws: DojotError.self) {
            try manager(server).history(of: DeviceName("a1"), attributes: ["t"], last: 1)
        }
        #expect(error?.code == .noRoute)
        #expect(server.requests.count == 2)
    }

    @Test func aNewDeviceIsEnabledWhereThatMustBeSaid() throws {
        let server = try ScriptedServer([.json(#"{"devices": [{"id": "a1"}]}"#)])
        defer { server.stop() }
        _ = try manager(server).create(label: "l", templates: [1])
        _ = try manager(server, token: TokenMaker.token()).create(label: "l", templates: [1])
        #expect(
            server.requests.map(\.text) == [
                #"{"disabled":false,"label":"l","templates":[1]}"#, #"{"label":"l","templates":[1]}"#,
            ])
    }

    @Test func aDisabledDeviceIsKnownAsSuch() throws {
        let server = try ScriptedServer([
            .json(#"{"id":"a1","label":"l","disabled":true}"#), .json(#"{"id":"a1","label":"l"}"#),
        ])
        defer { server.stop() }
        #expect(try manager(server).device(DeviceName("a1")).isDisabled)
        #expect(try !manager(server).device(DeviceName("a1")).isDisabled)
    }
}
