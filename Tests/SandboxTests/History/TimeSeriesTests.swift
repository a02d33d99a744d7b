import Foundation
import TestSupport
import Testing

/// `/tss/v1` of dojot 0.8 and 1.0, and what a disabled device publishes.
@Suite struct TimeSeriesTests {
    private struct Page: Decodable {
        struct Place: Decodable {
            let number: Int
            let url: String
        }
        struct Paging: Decodable {
            let previous, next: Place?
            let current: Place
        }
        struct Point: Decodable {
            let ts: String
            let value: Double
        }
        let data: [Point]
        let paging: Paging
    }

    private static func start(_ release: String) throws -> RunningSandbox {
        let words = release == "1.0" ? ["--enable-dev-test-cli"] : []
        return try RunningSandbox.start(["--release", release, "--unsecured-port", "0"] + words)
    }

    private static func publish(_ lines: [String], to sandbox: RunningSandbox) throws {
        let words = [
            "-h", "127.0.0.1", "-p", "\(sandbox.unsecuredPort)", "-u", "admin:f60c28", "-t",
            "admin:f60c28/attrs", "-q", "1", "-l",
        ]
        let outcome = try Child.run("/usr/bin/mosquitto_pub", words, input: lines.joined(separator: "\n") + "\n")
        guard outcome.status == 0 else { throw SupportError("mosquitto_pub: \(outcome.stderr)") }
    }

    private static func line(_ number: Int) -> String {
        #"{"n": \#(number), "timestamp": \#(1_500_000_000_000 + number * 10)}"#
    }

    @Test(arguments: ["0.8", "1.0"]) func valuesComeInPages(release: String) throws {
        let sandbox = try Self.start(release)
        let token = try sandbox.logIn()
        try Self.publish((1...5).map(Self.line) + [#"{"last": 1}"#], to: sandbox)
        let base = "/tss/v1/devices/f60c28/attrs/"
        _ = try sandbox.poll(base + "last/data", token: token) { _, body in body.contains(#""value":1"#) }
        func page(_ query: String) throws -> Page {
            try decode(Page.self, sandbox.request("GET", base + "n/data" + query, token: token).body)
        }
        let all = try page("")
        #expect(all.data.map(\.value) == [5, 4, 3, 2, 1])
        #expect(all.data[0].ts == "2017-07-14T02:40:00.05Z" && all.paging.next == nil && all.paging.previous == nil)
        var seen: [Double] = []
        var next: String? = base + "n/data?limit=2&order=asc"
        while let url = next {
            let page = try decode(Page.self, sandbox.request("GET", url, token: token).body)
            seen += page.data.map(\.value)
            next = page.paging.next?.url
            #expect(page.paging.current.number == (seen.count + 1) / 2)
        }
        #expect(seen == [1, 2, 3, 4, 5])
        #expect(try page("?limit=2&page=2").data.map(\.value) == [3, 2])
        // A full page has a next one, which may be empty.
        let full = try page("?limit=5")
        #expect(full.paging.next?.number == 2)
        #expect(try page("?limit=5&page=2").data.isEmpty)
        let between = "?dateFrom=2017-07-14T02:40:00.020Z&dateTo=2017-07-14T02:40:00.040001Z"
        #expect(try page(between).data.map(\.value) == [4, 3, 2])
        #expect(try page("?dateTo=2017-07-14T02:40:00.040Z").data.map(\.value) == [3, 2, 1])
        #expect(try sandbox.request("GET", base + "nothing/data", token: token).body.hasPrefix(#"{"data":[],"#))
        let rows = try sandbox.request("GET", "/tss/v1/devices/f60c28/data?limit=1&order=asc", token: token).body
        #expect(
            rows.hasPrefix(#"{"data":[{"attrs":[{"label":"n","value":1}],"ts":"2017-07-14T02:40:00.01Z"}]"#), "\(rows)")
    }

    @Test func objectsAreTextOn10() throws {
        for (release, value) in [("0.8", #"{"a":[1,"b"]}"#), ("1.0", #""{\"a\":[1,\"b\"]}""#)] {
            let sandbox = try Self.start(release)
            let token = try sandbox.logIn()
            try Self.publish([#"{"o": {"a": [1, "b"]}, "z": null}"#], to: sandbox)
            let path = "/tss/v1/devices/f60c28/data"
            let body = try sandbox.poll(path, token: token) { _, body in body.contains(#""label":"o""#) }.body
            #expect(body.contains(#"{"label":"o","value":\#(value)}"#), "\(body)")
        }
    }

    @Test func errorsAreTheRetrievers() throws {
        let sandbox = try Self.start("0.8")
        let token = try sandbox.logIn()
        let device = "/tss/v1/devices/f60c28/data"
        let table = [
            ("/tss/v1/devices/abc/data", 404, "Not found admin/abc"),
            ("/tss/v1/devices/nobody/data", 400, #"request.params.deviceId should match pattern \"^[0-9a-fA-F]*$\""#),
            ("/tss/v1/devices/123456789/data", 400, "request.params.deviceId should NOT be longer than 8 characters"),
            (
                "/tss/v1/devices/f60c28/attrs/a.b/data", 400,
                #"request.params.attr should match pattern \"^[a-zA-Z0-9_-]+$\""#
            ),
            (device + "?limit=257", 400, "The configured maximum limit is 256"),
            (device + "?order=up", 400, "request.query.order should be equal to one of the allowed values: asc, desc"),
            (device + "?dateFrom=2020-01-01", 400, #"request.query.dateFrom should match format \"date-time\""#),
            (device + "?lastN=1", 400, "Unknown query parameter 'lastN'"),
            (device + "?dateFrom=", 400, "Empty value found for query parameter 'dateFrom'"),
        ]
        for (path, status, text) in table {
            let answer = try sandbox.request("GET", path, token: token)
            #expect(answer.status == status && answer.body == #"{"error":"\#(text)"}"#, "\(path): \(answer)")
        }
        #expect(try sandbox.request("GET", device + "?limit=0&page=x", token: token).status == 200)
        let without = try RunningSandbox.start(["--release", "0.4"])
        #expect(try without.request("GET", device, token: without.logIn()).status == 404)
    }

    @Test func whatADisabledDevicePublishesIsDropped() throws {
        let sandbox = try Self.start("1.0")
        let token = try sandbox.logIn()
        func disable(_ isDisabled: Bool) throws {
            let body = #"{"label": "lamp", "templates": [1], "disabled": \#(isDisabled)}"#
            #expect(try sandbox.request("PUT", "/device/f60c28", json: body, token: token).status == 200)
        }
        try disable(true)
        try Self.publish([#"{"n": 1}"#], to: sandbox)
        try disable(false)
        try Self.publish([#"{"n": 2}"#], to: sandbox)
        let path = "/tss/v1/devices/f60c28/attrs/n/data"
        let body = try sandbox.poll(path, token: token) { _, body in body.contains(#""value":2"#) }.body
        #expect(!body.contains(#""value":1"#), "\(body)")
    }
}
