import Foundation
import TestSupport
import Testing

/// What device-manager refuses and how, and what is different in a release (dojot/device-manager, v0.4.0, v0.8.0, 1.0.0-rc.3).
@Suite struct DeviceRuleTests {
    private struct Row {
        let method: String
        let path: String
        let body: String
        let status: Int
        let answer: String

        init(_ method: String, _ path: String, _ body: String, _ status: Int, _ answer: String) {
            self.method = method
            self.path = path
            self.body = body
            self.status = status
            self.answer = answer
        }
    }

    private func check(_ rows: [Row], on sandbox: RunningSandbox) throws {
        let token = try sandbox.logIn()
        for row in rows {
            let json = row.body.isEmpty ? nil : row.body
            let answer = try sandbox.request(row.method, row.path, json: json, token: token)
            #expect(answer.status == row.status && answer.body.contains(row.answer), "\(row): \(answer)")
        }
    }

    @Test func refusalsAreDeviceManagers() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let parse = #"{"message":"Payload must be valid JSON, and Content-Type set accordingly","status":400}"#
        let missing = "Missing data for required field."
        let page = "<title>500 Internal Server Error</title>"
        try check(
            [
                Row("POST", "/device", "{", 400, parse),
                Row(
                    "POST", "/device", "[]", 400,
                    #"{"errors":{"_schema":["Invalid input type."]},"message":"failed to parse input"}"#),
                Row(
                    "POST", "/device", "{}", 400,
                    #"{"errors":{"label":["\#(missing)"]},"message":"failed to parse input"}"#),
                Row("POST", "/device", #"{"label": 3}"#, 400, #"{"label":["Not a valid string."]}"#),
                Row(
                    "POST", "/device", #"{"label": null, "templates": 1}"#, 400,
                    #""label":["Field may not be null."],"templates":["Invalid type."]"#),
                Row("POST", "/device?count=x", #"{"label": "x"}"#, 400, "If provided, count must be integer"),
                Row("POST", "/device?count=0", #"{"label": "x"}"#, 500, page),
                Row(
                    "POST", "/device?count=2&verbose=true", #"{"label": "x"}"#, 400,
                    "Verbose can only be used for single device creation"),
                Row(
                    "POST", "/device", #"{"label": "x", "templates": [9]}"#, 404,
                    #"{"message":"No such template: 9","status":404}"#),
                Row("POST", "/device", #"{"label": "x", "templates": ["y"]}"#, 500, page),
                Row(
                    "POST", "/device", #"{"label": "x", "id": "f"}"#, 400,
                    #"{"message":["Device ID must be 2-6 characters and must be hexadecimal (0-9,a-f,A-F)."],"status":400}"#
                ),
                Row(
                    "POST", "/device", #"{"label": "x", "id": "f60c28"}"#, 400,
                    #"duplicate key value violates unique constraint \"devices_pkey\""#),
                Row(
                    "POST", "/device", #"{"label": "x", "attrs": [{"label": "a"}, {"label": "a"}]}"#, 400,
                    #"{"message":["a device can not have repeated attributes"],"status":400}"#),
                Row("GET", "/device/nobody", "", 404, #"{"message":"No such device: nobody","status":404}"#),
                Row("GET", "/device?page_num=x", "", 500, page),
                Row("GET", "/device?page_num=0", "", 400, "Page numbers must be greater than 1"),
                Row("GET", "/device?page_size=0", "", 400, "At least one entry per page is mandatory"),
                Row("POST", "/template", #"{"label": "x"}"#, 500, page),
                Row(
                    "POST", "/template", #"{"label": "x", "attrs": [{"label": "a b", "type": "dynamic"}]}"#, 400,
                    #"{"errors":{"label":["Labels must contain letters, numbers or dashes(-_)"],"value_type":["\#(missing)"]},"message":"failed to parse attr"}"#
                ),
                Row(
                    "POST", "/template",
                    #"{"label": "x", "attrs": [{"label": "a", "type": "meta", "value_type": "string"}, {"label": "a", "type": "meta", "value_type": "string"}]}"#,
                    400, "Template attribute constraints are violated by the request"),
                Row(
                    "POST", "/template",
                    #"{"label": "again", "attrs": [{"label": "reset", "type": "actuator", "value_type": "bool"}]}"#,
                    200, #""config_attrs":[]"#),
                Row(
                    "POST", "/device", #"{"label": "x", "id": "ab", "templates": [1, 2]}"#, 400,
                    "Template (2) cannot be added to device (ab) as it has standing attribute conflicts"),
                Row(
                    "POST", "/device", #"{"label": "x", "id": "AB", "templates": ["2"]}"#, 200,
                    #"{"id":"AB","label":"x"}"#),
                Row(
                    "PUT", "/device/f60c28/actuate", #"{"attrs": {"nope": 1}}"#, 403,
                    #"{"attrs":["nope"],"status":"some of the attributes are not configurable"}"#),
                Row(
                    "PUT", "/device/f60c28/actuate", #"{"attrs": {"reset": true}}"#, 200,
                    #"{" status":"configuration sent to device"}"#),
                Row("PUT", "/device/f60c28/actuate", "{}", 500, page),
            ], on: sandbox)
        let plain = try Child.run(
            "/usr/bin/curl",
            [
                "-sS", "-H", "Authorization: Bearer \(sandbox.logIn())", "-H",
                "Content-Type: application/json; charset=utf-8",
                "-d", #"{"label": "x"}"#, sandbox.ready.gateway + "/device",
            ])
        #expect(plain.stdout == parse)
    }

    @Test func theIdOfADeviceIsIgnoredBefore08() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6"])
        let answer = try sandbox.request(
            "POST", "/device", json: #"{"label": "x", "id": "ab12"}"#, token: sandbox.logIn())
        #expect(answer.status == 200 && !answer.body.contains("ab12"))
    }

    @Test func labelsOfManyDevicesAreNumberedInOneWidth() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        for (count, labels) in [("2", ["x_0", "x_1"]), ("10", ["x_00", "x_09"]), ("100", ["x_000", "x_099"])] {
            let answer = try sandbox.request("POST", "/device?count=\(count)", json: #"{"label": "x"}"#, token: token)
            for label in labels { #expect(answer.body.contains(#""label":"\#(label)""#), "\(count): \(label)") }
        }
    }

    @Test func idsComeInPagesToo() throws {
        let sandbox = try RunningSandbox.start(["--devices", "30"])
        let token = try sandbox.logIn()
        let sizes = [("", 20), ("&page_size=25", 25), ("&page_size=25&page_num=2", 5)]
        for (query, count) in sizes {
            let answer = try sandbox.request("GET", "/device?idsOnly=true" + query, token: token)
            #expect(try decode([String].self, answer.body).count == count, "\(query)")
        }
    }

    @Test func dojot10WantsMoreOfADevice() throws {
        let sandbox = try RunningSandbox.start(["--release", "1.0", "--enable-dev-test-cli"])
        let missing = #"["Missing data for required field."]"#
        try check(
            [
                Row(
                    "POST", "/device", #"{"label": "x"}"#, 400,
                    #"{"errors":{"disabled":\#(missing),"templates":\#(missing)},"message":"failed to parse input"}"#),
                Row(
                    "POST", "/device", #"{"label": "x", "templates": [1], "disabled": "no"}"#, 400,
                    #"{"disabled":["Not a valid boolean."]}"#),
                Row("POST", "/device", #"{"label": "x", "templates": [1], "disabled": false}"#, 200, #""label":"x""#),
                Row(
                    "POST", "/device", #"{"label": "x", "templates": [1], "disabled": false}"#, 400,
                    #"duplicate key value violates unique constraint \"devices_label_key\""#),
                Row(
                    "POST", "/template", #"{"label": "sandbox", "attrs": []}"#, 400,
                    #"duplicate key value violates unique constraint \"templates_label_key\""#),
                Row("GET", "/device/f60c28", "", 200, #""disabled":false"#),
                Row(
                    "PUT", "/device/f60c28", #"{"label": "lamp", "templates": [1], "disabled": true}"#, 200,
                    #""message":"device updated""#),
                Row("GET", "/device/f60c28", "", 200, #""disabled":true"#),
                Row("GET", "/device", "", 200, #""disabled":true"#),
                Row(
                    "PUT", "/device/abcdef", #"{"label": "x2", "templates": [1], "disabled": true}"#, 404,
                    "No such device: abcdef"),
            ], on: sandbox)
        let old = try RunningSandbox.start(["--release", "0.8"])
        #expect(try !old.request("GET", "/device/f60c28", token: old.logIn()).body.contains("disabled"))
    }
}
