import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// Which routes and topics there are, by `--release` and `--broker-kind`.
@Suite struct ReleaseTests {
    @Test(arguments: [
        ([], "0.4", "ejbca", "mosca"), (["--release", "0.6"], "0.6", "x509", "vernemq"),
        (["--release", "0.8"], "0.8", "x509", "vernemq"),
        (["--release", "0.6", "--broker-kind", "mosca"], "0.6", "x509", "mosca"),
        (["--broker-kind", "vernemq"], "0.4", "ejbca", "vernemq"),
    ])
    func aReleaseHasItsCertificateAPI(arguments: [String], release: String, api: String, kind: String) throws {
        let sandbox = try RunningSandbox.start(arguments)
        #expect(sandbox.ready.release == release && sandbox.ready.brokerKind == kind)
        let token = try sandbox.logIn()
        // By Kong's router: 0.11 up to 0.4. What leads to a service is answered by that.
        let noRoute = #"{"message":"no \#(release == "0.4" ? "API found" : "Route matched") with those values"}"#
        let absent = [noRoute, #"{"error":"Not Found"}"#]
        let table: [(api: String, method: String, path: String)] = [
            ("ejbca", "GET", "/ca"), ("ejbca", "GET", "/ca/IOTmidCA"), ("ejbca", "GET", "/user/f60c28"),
            ("ejbca", "POST", "/user"), ("ejbca", "POST", "/sign/f60c28/pkcs10"), ("x509", "GET", "/x509/v1/ca"),
            ("x509", "GET", "/x509/v1/ca/crl"), ("x509", "GET", "/x509/v1/certificates"),
            ("x509", "POST", "/x509/v1/certificates"), ("neither", "GET", "/x509/v1/nothing"),
            ("neither", "PUT", "/x509/v1/certificates/x"),
        ]
        for row in table {
            let answer = try sandbox.request(row.method, row.path, json: "{}", token: token)
            let isThere = api == row.api
            #expect(absent.contains(answer.body) != isThere, "\(row.method) \(row.path): \(answer.body)")
            if !isThere { #expect(answer.status == 404) }
        }
        #expect(try sandbox.request("GET", "/device", token: token).status == 200)
    }

    @Test(arguments: [
        ("0.6", "/tss/v1/devices/f60c28/data", 401), ("0.8", "/tss/v1/devices/f60c28/data", 200),
        ("0.8", "/basic-auth/v1/devices/f60c28/basic-credentials", 401),
        ("1.0", "/basic-auth/v1/devices/f60c28/basic-credentials", 401), ("0.8", "/basic-auth/v1/devices", 404),
        ("0.8", "/http-agent/v1/unsecure/incoming-messages", 503),
        ("0.6", "/basic-auth/v1/devices/x/basic-credentials", 404),
    ])
    func aRouteToAServiceThatDoesNotRunWantsATokenAndAnswers503(release: String, path: String, status: Int) throws {
        let sandbox = try RunningSandbox.start(RunningSandbox.options(of: release))
        let token = try sandbox.logIn()
        #expect(try sandbox.request("GET", path).status == (status == 200 ? 401 : status))
        let answer = try sandbox.request("GET", path, token: token)
        #expect(answer.status == (status == 401 ? 503 : status), "\(answer)")
        if answer.status == 503 { #expect(answer.body == #"{"message":"name resolution failed"}"#) }
    }

    @Test func moscaBesideX509HoldsADeviceToItsClientIdentifier() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6", "--broker-kind", "mosca"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        #expect(try device.publish(1, to: "/admin/f60c28/attrs", sandbox).status == 0)
        #expect(try device.publish(1, to: "admin:f60c28/attrs", sandbox).status != 0)
        #expect(try device.publish(1, to: "/admin/f60c28/attrs", sandbox, as: "anything").isNotAuthorised)
    }

    @Test func on06TheNameOpensTheBrokerAndNoCertificateHasAnOwner() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        #expect(try device.publish(1, to: "admin:f60c28/attrs", sandbox).status == 0)
        #expect(try device.publish(2, to: "admin:a1b2c3/attrs", sandbox).status != 0)
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 400)
        let request = try device.folder.read("device.csr")
        let refused = try sandbox.certify(request, belongingTo: "f60c28", token: token)
        #expect(refused.status == 400 && refused.body.contains("^[0-9a-fA-F]{10}$"), "\(refused)")
    }

    @Test func withoutTLSTheTopicsAreThoseOfTheKind() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.6", "--unsecured-port", "0"])
        let token = try sandbox.logIn()
        func publish(_ topic: String, _ number: Int) throws -> Int32 {
            let program = ["10", "/usr/bin/mosquitto_pub", "-h", "localhost", "-p", "\(sandbox.unsecuredPort)"]
            let words = ["-q", "1", "-u", "admin:f60c28", "-P", "any", "-t", topic, "-m", #"{"n": \#(number)}"#]
            return try Child.run("/usr/bin/timeout", program + words).status
        }
        #expect(try publish("/admin/f60c28/attrs", 1) != 0)
        _ = try publish("other:f60c28/attrs", 2)
        #expect(try publish("admin:f60c28/attrs", 3) == 0)
        let history = "/history/device/f60c28/history?attr=n"
        let found = try sandbox.poll(history, token: token) { status, _ in status == 200 }.body
        #expect(found.contains(#""value":3"#) && !found.contains(#""value":2"#), "\(found)")
    }

    @Test(arguments: [
        ("/admin/f60c28/attrs", "f60c28", nil), ("admin:f60c28/attrs", nil, "f60c28"),
        ("/other/f60c28/attrs", nil, nil), ("other:f60c28/attrs", nil, nil), ("/admin/f60c28/config", nil, nil),
        ("admin:f60c28/config", nil, nil), ("/admin/x/y/attrs", nil, nil), ("attrs", nil, nil),
        ("admin:/attrs", nil, ""),
    ])
    func aTopicSaysWhichDeviceSpeaks(topic: String, mosca: String?, vernemq: String?) {
        func device(_ kind: SandboxOptions.BrokerKind) -> String? {
            DeviceTopics(kind: kind, tenant: "admin").device(publishingOn: topic)
        }
        #expect(device(.mosca) == mosca)
        #expect(device(.vernemq) == vernemq)
    }
}
