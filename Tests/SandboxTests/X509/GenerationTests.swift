import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// Which routes and topics there are, by `--platform` and `--broker-kind`.
@Suite struct GenerationTests {
    @Test(arguments: [
        ([], "ejbca", "mosca"), (["--platform", "x509"], "x509", "vernemq"), (["--platform", "both"], "both", "both"),
        (["--platform", "x509", "--broker-kind", "mosca"], "x509", "mosca"),
        (["--broker-kind", "vernemq"], "ejbca", "vernemq"),
    ])
    func aPlatformHasTheRoutesOfItsGeneration(arguments: [String], platform: String, kind: String) throws {
        let sandbox = try RunningSandbox.start(arguments)
        #expect(sandbox.ready.platform == platform && sandbox.ready.brokerKind == kind)
        let token = try sandbox.logIn()
        let noRoute = #"{"message":"no Route matched with those values"}"#
        let table: [(generation: String, method: String, path: String)] = [
            ("ejbca", "GET", "/ca"), ("ejbca", "GET", "/ca/IOTmidCA"), ("ejbca", "GET", "/user/f60c28"),
            ("ejbca", "POST", "/user"), ("ejbca", "POST", "/sign/f60c28/pkcs10"), ("x509", "GET", "/x509/v1/ca"),
            ("x509", "GET", "/x509/v1/ca/crl"), ("x509", "GET", "/x509/v1/certificates"),
            ("x509", "POST", "/x509/v1/certificates"), ("neither", "GET", "/x509/v1/nothing"),
            ("neither", "PUT", "/x509/v1/certificates/x"),
        ]
        for row in table {
            let answer = try sandbox.request(row.method, row.path, json: "{}", token: token)
            let isThere = platform == row.generation || platform == "both" && row.generation != "neither"
            #expect((answer.body == noRoute) != isThere, "\(row.method) \(row.path): \(answer.body)")
            if !isThere { #expect(answer.status == 404) }
        }
        #expect(try sandbox.request("GET", "/device", token: token).status == 200)
    }

    @Test func withBothADeviceSpeaksEitherWay() throws {
        let sandbox = try RunningSandbox.start(["--platform", "both"])
        let token = try sandbox.logIn()
        let bare = try Enrolled(sandbox, token: token)
        let later = try Enrolled(x509: sandbox, token: token)
        func publish(_ number: Int, _ device: Enrolled, _ topic: String) throws -> String {
            let words = ["-V", "5", "-t", topic, "-q", "1", "-m", #"{"n": \#(number)}"#]
            return try Child.run("/usr/bin/mosquitto_pub", device.connection(sandbox).dropLast(2) + words).stderr
        }
        let topics = ["/admin/f60c28/attrs", "admin:f60c28/attrs"]
        for topic in topics { #expect(try publish(1, later, topic).contains("Not authorized")) }
        for topic in topics { #expect(try publish(2, bare, topic) == "") }
        #expect(try sandbox.associate(later, with: "f60c28", token: token) == 204)
        for topic in topics { #expect(try publish(3, later, topic) == "") }
        struct Sample: Decodable { let value: Int }
        let history = "/history/device/f60c28/history?attr=n"
        let found = try sandbox.poll(history, token: token) { _, body in
            body.components(separatedBy: #""value":3"#).count == 3
        }
        #expect(try decode([Sample].self, found.body).map(\.value).sorted() == [2, 2, 3, 3])
        // Either configuration topic brings an actuation.
        for topic in ["/admin/f60c28/config", "admin:f60c28/config"] {
            let words = ["-oL", "/usr/bin/mosquitto_sub", "-d", "-C", "1", "-W", "30", "-t", topic]
            let listener = try Child.start("/usr/bin/stdbuf", words + later.connection(sandbox))
            #expect(listener.waitFor(output: "Subscribed"))
            let order = #"{"attrs": {"reset": true}}"#
            #expect(try sandbox.request("PUT", "/device/f60c28/actuate", json: order, token: token).status == 200)
            #expect(listener.wait(timeout: 30).stdout.contains(#"{"reset":true}"#), "\(topic)")
        }
        // What EJBCA-REST signed for the same name opens the broker too, without an association.
        #expect(try sandbox.associate(later, with: nil, token: token) == 204)
        #expect(try publish(4, later, topics[1]).contains("Not authorized"))
        let prefixed = try Enrolled(sandbox, as: "admin:f60c28", token: token)
        #expect(try publish(5, prefixed, topics[0]) == "")
        // One CA stands behind both.
        #expect(try later.folder.read("ca.crt") == bare.folder.read("ca.crt"))
    }

    @Test func moscaBesideX509HoldsADeviceToItsClientIdentifier() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509", "--broker-kind", "mosca"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        func publish(_ topic: String, as identifier: String) throws -> Outcome {
            let words = ["-V", "5", "-i", identifier, "-t", topic, "-q", "1", "-m", #"{"n": 1}"#]
            return try Child.run("/usr/bin/mosquitto_pub", device.connection(sandbox).dropLast(2) + words)
        }
        #expect(try publish("/admin/f60c28/attrs", as: "admin:f60c28").stderr == "")
        #expect(try publish("admin:f60c28/attrs", as: "admin:f60c28").stderr.contains("Not authorized"))
        #expect(try publish("/admin/f60c28/attrs", as: "anything").status != 0)
    }

    @Test func withoutTLSTheTopicsAreThoseOfTheKind() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509", "--unsecured-port", "0"])
        let token = try sandbox.logIn()
        func publish(_ topic: String, _ number: Int) throws -> String {
            let words = ["-h", "localhost", "-p", "\(sandbox.unsecuredPort)", "-V", "5", "-q", "1", "-t", topic]
            return try Child.run("/usr/bin/mosquitto_pub", words + ["-m", #"{"n": \#(number)}"#]).stderr
        }
        #expect(try publish("/admin/f60c28/attrs", 1).contains("Not authorized"))
        _ = try publish("other:f60c28/attrs", 2)
        #expect(try publish("admin:f60c28/attrs", 3) == "")
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
        #expect(device(.both) == mosca ?? vernemq)
    }
}
