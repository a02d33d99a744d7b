import Foundation
import TestSupport
import Testing

/// Devices at the broker, with mosquitto's own clients.
@Suite struct BrokerTests {
    private let publisher = "/usr/bin/mosquitto_pub"
    /// mosquitto_sub(1), which shows what it does line by line: by itself it keeps that back where a pipe is read.
    private let subscriber = "/usr/bin/stdbuf"
    private let listening = ["-oL", "/usr/bin/mosquitto_sub"]

    @Test func whatADevicePublishesShowsInItsHistory() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token)
        let path = "/history/device/f60c28/history"
        #expect(try sandbox.request("GET", path + "?attr=n", token: token).status == 404)
        let lines = [
            #"{"n": 1, "timestamp": 1500000000500}"#, "not JSON", "[1]",
            #"{"n": 2, "timestamp": "2017-07-14T02:40:01Z"}"#,
            #"{"n": 3, "s": "é"}"#,
        ]
        let published = try Child.run(
            publisher, device.connection(sandbox) + ["-t", "/admin/f60c28/attrs", "-q", "1", "-l"],
            input: lines.joined(separator: "\n") + "\n")
        #expect(published.status == 0, "\(published.stderr)")
        _ = try sandbox.poll(path + "?attr=s", token: token) { status, _ in status == 200 }

        struct Sample: Decodable {
            let ts, attr: String
            let value: Double
        }
        func values(_ query: String) throws -> [Double] {
            try decode([Sample].self, sandbox.request("GET", path + "?attr=n" + query, token: token).body).map(\.value)
        }
        let all = try decode([Sample].self, sandbox.request("GET", path + "?attr=n", token: token).body)
        #expect(all.map(\.value) == [3, 2, 1])
        #expect(all.map(\.ts).suffix(2) == ["2017-07-14T02:40:01Z", "2017-07-14T02:40:00.500000Z"])
        #expect(all.allSatisfy { $0.attr == "n" })
        #expect(try values("&lastN=2") == [3, 2])
        #expect(try values("&firstN=2") == [1, 2])
        #expect(try values("&dateTo=2017-07-14T02:40:00.700Z") == [1])
        #expect(try values("&dateFrom=2017-07-14T02:40:00.700Z&dateTo=2018-01-01") == [2])
        let both = try sandbox.request("GET", path + "?attr=n,s", token: token).body
        #expect(both.contains(#""s":["#) && both.contains(#""n":["#) && both.contains("é"))
        #expect(try sandbox.request("GET", path + "?attr=nothing", token: token).status == 404)
        #expect(try sandbox.request("GET", path + "?lastN=x", token: token).status == 400)
        #expect(try sandbox.request("GET", "/history/device/nobody/history", token: token).status == 404)
    }

    @Test func anActuationReachesTheDeviceAsItWasWritten() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, as: "admin:f60c28", token: token)
        let listener = try Child.start(
            subscriber,
            listening + device.connection(sandbox) + ["-t", "/admin/f60c28/config", "-d", "-C", "2", "-W", "30"])
        #expect(listener.waitFor(output: "Subscribed"))
        let path = "/device/f60c28/actuate"
        let body = #"{"other": {"attrs": 1}, "attrs": {"text": "a \" } b",  "interval": 5.0, "reset": true}}"#
        #expect(try sandbox.request("PUT", path, json: body, token: token).status == 200)
        #expect(try sandbox.request("PUT", path, json: #"{"attrs": {"reset": null}}"#, token: token).status == 200)
        let heard = listener.wait(timeout: 30)
        #expect(heard.status == 0)
        #expect(heard.stdout.contains(#"{"text":"a \" } b","interval":5.0,"reset":true}"#), "\(heard.stdout)")
        #expect(heard.stdout.contains(#"{"reset":null}"#))
        let refused = try sandbox.request(
            "PUT", path, json: #"{"attrs": {"temperature": 1, "reset": true}}"#, token: token)
        #expect(refused.status == 403)
        #expect(refused.body.contains(#""attrs":["temperature"]"#))
        #expect(try sandbox.request("PUT", path, json: "{}", token: token).status == 500)
        #expect(try sandbox.request("PUT", "/device/x/actuate", json: #"{"attrs":{}}"#, token: token).status == 404)
    }

    @Test func aDeviceIsHeldToItsOwnTopicsAndIdentifier() throws {
        let sandbox = try RunningSandbox.start(["--device", "f60c28", "--device", "a1b2c3"])
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token)
        #expect(try device.publish(1, to: "/admin/f60c28/attrs", sandbox).status == 0)
        // The broker closes the connection of whoever publishes elsewhere.
        for topic in ["/admin/a1b2c3/attrs", "/admin/f60c28/config", "/other/f60c28/attrs", "f60c28/attrs"] {
            let refused = try device.publish(2, to: topic, sandbox)
            #expect(refused.status != 0 && !refused.isNotAuthorised, "\(topic): \(refused)")
        }
        for identifier in ["other:f60c28", "f60c28", "mosq", "admin:a1b2c3", "admin:f60c28:x", "admin:"] {
            let refused = try device.publish(3, to: "/admin/f60c28/attrs", sandbox, as: identifier)
            #expect(refused.isNotAuthorised, "\(identifier): \(refused.stderr)")
        }
        let connection = device.connection(sandbox)
        for topic in ["/admin/a1b2c3/config", "/admin/f60c28/attrs", "#", "$SYS/#"] {
            let refused = try Child.run(
                subscriber, listening + connection + ["-t", topic, "-W", "10"], timeout: 20)
            #expect(refused.stderr.contains("denied"), "\(topic): \(refused.stderr)")
        }
        let history = "/history/device/f60c28/history?attr=n"
        let found = try sandbox.poll(history, token: token) { status, _ in status == 200 }.body
        #expect(found.contains(#""value":1"#) && !found.contains(#""value":3"#), "\(found)")
    }

    @Test(arguments: ["0.4", "0.8"])
    func aClientOfMQTT5IsShutOut(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release, "--unsecured-port", "0"])
        let token = try sandbox.logIn()
        let isOld = release == "0.4"
        let device =
            try isOld
            ? Enrolled(sandbox, token: token) : Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        let topic = isOld ? "/admin/f60c28/attrs" : "admin:f60c28/attrs"
        for version in ["31", "311"] {
            #expect(try device.publish(1, to: topic, sandbox, ["-V", version]).status == 0)
        }
        let refused = try device.publish(2, to: topic, sandbox, ["-V", "5"])
        #expect(refused.status != 0 && !refused.isNotAuthorised, "\(refused)")
        let words = ["10", "/usr/bin/mosquitto_pub", "-h", "localhost", "-p", "\(sandbox.unsecuredPort)", "-m", "{}"]
        let plain = words + ["-i", "admin:f60c28", "-u", "admin:f60c28", "-t", topic, "-q", "1", "-V"]
        #expect(try Child.run("/usr/bin/timeout", plain + ["311"]).status == 0)
        #expect(try Child.run("/usr/bin/timeout", plain + ["5"]).status != 0)
    }

    @Test func aRevokedCertificateEndsItsSessionAndShutsItOut() throws {
        let sandbox = try RunningSandbox.start(["--device", "f60c28", "--device", "a1b2c3"])
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token)
        let bystander = try Enrolled(sandbox, as: "a1b2c3", token: token)
        func listen(_ enrolled: Enrolled, _ id: String) throws -> Child {
            let words = ["-t", "/admin/\(id)/config", "-W", "60", "-d"]
            let child = try Child.start(subscriber, listening + enrolled.connection(sandbox) + words)
            #expect(child.waitFor(output: "Subscribed"))
            return child
        }
        let listener = try listen(device, "f60c28")
        let other = try listen(bystander, "a1b2c3")
        let path = try "/ca/CN=IOTmidCA/certificate/\(device.serialNumber())"
        #expect(try sandbox.request("DELETE", path, token: token).status == 200)
        #expect(listener.connectsAgain(), "\(listener.outputSoFar)")
        let publish = ["-t", "/admin/f60c28/attrs", "-q", "1", "-m", "{}"]
        #expect(try Child.run(publisher, device.connection(sandbox) + publish, timeout: 20).status != 0)
        #expect(other.isRunning)
        // The device comes back with a new certificate.
        _ = try sandbox.request("POST", "/user", json: #"{"username": "f60c28"}"#, token: token)
        let renewed = try Enrolled(sandbox, token: token)
        #expect(try Child.run(publisher, renewed.connection(sandbox) + publish, timeout: 20).status == 0)
        other.signal(SIGTERM)
    }

    @Test func deletingADeviceEndsItsSessionAndAllThatIsKnownOfIt() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let made = try sandbox.request("POST", "/device", json: #"{"label": "lamp", "templates": [1]}"#, token: token)
        struct Made: Decodable {
            struct Device: Decodable { let id, label: String }
            let message: String
            let devices: [Device]
        }
        let id = try #require(try decode(Made.self, made.body).devices.first?.id)
        #expect(id.count == 6 && id.allSatisfy(\.isHexDigit))
        let device = try Enrolled(sandbox, as: "admin:\(id)", token: token)
        let listener = try Child.start(
            subscriber,
            listening + device.connection(sandbox) + ["-t", "/admin/\(id)/config", "-W", "60", "-d"])
        #expect(listener.waitFor(output: "Subscribed"))
        #expect(try sandbox.request("DELETE", "/device/\(id)", token: token).status == 200)
        #expect(listener.connectsAgain(), "\(listener.outputSoFar)")
        #expect(try sandbox.request("GET", "/device/\(id)", token: token).body.contains("No such device"))
        // EJBCA keeps the end entity, as one whose certificates are revoked; it may be made new again.
        let entity = "admin:\(id)"
        #expect(try sandbox.request("GET", "/user/\(entity)", token: token).body.contains(#""status":50"#))
        let request = try Enrolled.makeRequest(in: TemporaryFolder(), subject: "/CN=x")
        let refused = try sandbox.sign(request, as: entity, token: token)
        #expect(
            refused.body.contains(
                "Got request with status REVOKED (50), NEW, FAILED or INPROCESS required: \(entity)."), "\(refused)")
        _ = try sandbox.request("POST", "/user", json: #"{"username": "\#(entity)"}"#, token: token)
        let again = try Enrolled(sandbox, as: entity, token: token)
        // The broker looks for the device all the same.
        #expect(try again.publish(1, to: "/admin/\(id)/attrs", sandbox).isNotAuthorised)
        let publish = ["-t", "/admin/\(id)/attrs", "-q", "1", "-m", "{}"]
        #expect(try Child.run(publisher, device.connection(sandbox) + publish, timeout: 20).status != 0)
    }

    @Test func unsecuredModeLetsDevicesInWithoutTLS() throws {
        let sandbox = try RunningSandbox.start(["--unsecured-port", "0"])
        let token = try sandbox.logIn()
        let connection = ["-h", "localhost", "-p", "\(sandbox.unsecuredPort)"]
        func publish(_ topic: String, as identifier: String) throws -> Outcome {
            let words = ["-i", identifier, "-t", topic, "-q", "1", "-m", #"{"u": 1}"#]
            return try Child.run("/usr/bin/timeout", ["10", publisher] + connection + words, timeout: 20)
        }
        let listener = try Child.start(
            subscriber, listening + connection + ["-i", "free", "-t", "/admin/f60c28/config", "-d", "-C", "1"])
        #expect(listener.waitFor(output: "Subscribed"))
        for identifier in ["admin:f60c28", "anything"] {
            #expect(try publish("/admin/f60c28/attrs", as: identifier).status == 0)
        }
        for topic in ["/admin/f60c28/config", "/other/f60c28/attrs", "$CONTROL/dojot-sandbox/v1"] {
            #expect(try publish(topic, as: "admin:f60c28").status != 0, "\(topic)")
        }
        // An identifier that looks like a device's must be one's.
        for identifier in ["other:f60c28", "admin:x"] {
            #expect(try publish("/admin/f60c28/attrs", as: identifier).isNotAuthorised)
        }
        let path = "/history/device/f60c28/history?attr=u"
        #expect(try sandbox.poll(path, token: token) { status, _ in status == 200 }.body.contains(#""value":1"#))
        // A device that is made later is let in as well, and nobody is put out for it.
        let made = try sandbox.request("POST", "/device", json: #"{"label": "x", "templates": ["1"]}"#, token: token)
            .body
        let id = try #require(made.split(separator: "\"").first { $0.count == 6 && $0.allSatisfy(\.isHexDigit) })
        #expect(try publish("/admin/\(id)/attrs", as: "admin:\(id)").status == 0)
        let order = #"{"attrs": {"reset": true}}"#
        #expect(try sandbox.request("PUT", "/device/f60c28/actuate", json: order, token: token).status == 200)
        #expect(listener.wait(timeout: 20).stdout.contains(#"{"reset":true}"#))
    }

    /// dojot's VerneMQ (dojot_acl_plugin.erl, dojot/dojot v0.6.1 and v0.8.0).
    @Test(arguments: ["0.6", "0.8"])
    func vernemqWithoutTLSGoesByTheUserName(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release, "--unsecured-port", "0"])
        let connection = ["-h", "localhost", "-p", "\(sandbox.unsecuredPort)", "-i", "any"]
        func publish(_ topic: String, _ login: [String]) throws -> Outcome {
            let words = login + ["-t", topic, "-q", "1", "-m", #"{"u": 1}"#]
            return try Child.run("/usr/bin/timeout", ["10", publisher] + connection + words, timeout: 20)
        }
        for login in [["-u", "admin:f60c28"], ["-u", "admin:f60c28", "-P", "any password"]] {
            #expect(try publish("admin:f60c28/attrs", login).status == 0, "\(login)")
        }
        #expect(try publish("x/attrs", ["-u", "x"]).status == 0)
        for login in [[], ["-u", "f60c28"], ["-u", "admin:a1b2c3"]] {
            let refused = try publish("admin:f60c28/attrs", login)
            #expect(refused.status != 0 && !refused.isNotAuthorised, "\(login): \(refused)")
        }
        for (topic, isGranted) in [("admin:f60c28/config", true), ("admin:a1b2c3/config", false), ("#", false)] {
            let words = connection + ["-u", "admin:f60c28", "-t", topic, "-d", "-W", "1"]
            let outcome = try Child.run(subscriber, listening + words, timeout: 20)
            #expect(outcome.stderr.contains("denied") != isGranted, "\(topic): \(outcome)")
        }
    }

    /// Mosca knows QoS 0 and 1 (lib/client.js, v2.8.3).
    @Test func moscaGrantsQoS1ForQoS2AndCompletesNoPublication() throws {
        let sandbox = try RunningSandbox.start()
        let device = try Enrolled(sandbox, token: sandbox.logIn())
        let words = ["-t", "/admin/f60c28/config", "-q", "2", "-d", "-W", "2"]
        let granted = try Child.run(subscriber, listening + device.connection(sandbox) + words, timeout: 20)
        #expect(granted.stdout.contains("Subscribed (mid: 1): 1"), "\(granted)")
        let publish = ["-t", "/admin/f60c28/attrs", "-q", "2", "-m", "{}"]
        let program = ["3", publisher]
        #expect(
            try Child.run("/usr/bin/timeout", program + device.connection(sandbox) + publish, timeout: 20).status != 0)
    }

    @Test func aBrokerThatDiesIsStartedAgain() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        let device = try Enrolled(sandbox, token: token)
        usleep(600_000)
        kill(sandbox.ready.brokerPid, SIGKILL)
        #expect(sandbox.child.waitFor(error: "mosquitto ended with status 137; it is started again"))
        let words = device.connection(sandbox) + ["-t", "/admin/f60c28/attrs", "-q", "1", "-m", #"{"n": 7}"#]
        var status: Int32 = -1
        for _ in 0..<50 where status != 0 {
            status = try Child.run(publisher, words, timeout: 10).status
            if status != 0 { usleep(100_000) }
        }
        #expect(status == 0, "\(sandbox.child.errorSoFar)")
        _ = try Child.run(publisher, words, timeout: 10)
        let made = try sandbox.request("POST", "/device", json: #"{"label": "late", "templates": []}"#, token: token)
        #expect(made.status == 200, "\(made.body)")
    }
}
