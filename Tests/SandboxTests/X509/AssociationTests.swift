import Foundation
import TestSupport
import Testing

/// Devices of x509-identity-mgmt at the broker, with mosquitto's own clients.
@Suite struct AssociationTests {
    private let publisher = "/usr/bin/mosquitto_pub"
    private let subscriber = "/usr/bin/stdbuf"
    private let listening = ["-oL", "/usr/bin/mosquitto_sub", "-V", "5", "-W", "60", "-d"]
    private let history = "/history/device/f60c28/history?attr=n"

    /// Publishes as MQTT 5, where mosquitto says what it does not allow.
    private func publish(
        _ number: Int, _ enrolled: Enrolled, _ sandbox: RunningSandbox, topic: String = "admin:f60c28/attrs",
        identifier: String? = nil
    ) throws -> Outcome {
        let connection = enrolled.connection(sandbox).dropLast(2) + (identifier.map { ["-i", $0, "-u", $0] } ?? [])
        let words = ["-V", "5", "-t", topic, "-q", "1", "-m", #"{"n": \#(number)}"#]
        return try Child.run(publisher, connection + words, timeout: 20)
    }

    private func values(_ sandbox: RunningSandbox, _ token: String) throws -> [Int] {
        struct Sample: Decodable { let value: Int }
        let answer = try sandbox.request("GET", history, token: token)
        return answer.status == 404 ? [] : try decode([Sample].self, answer.body).map(\.value).sorted()
    }

    @Test func onlyAnAssociatedCertificateGetsAnythingThrough() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        let denied = "Not authorized"
        #expect(try publish(1, device, sandbox).stderr.contains(denied))
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
        #expect(try publish(2, device, sandbox).stderr == "")
        // Neither the client identifier nor the user name matters: the certificate says who it is.
        #expect(try publish(3, device, sandbox, identifier: "any-name at all").stderr == "")
        let foreign = ["/admin/f60c28/attrs", "admin:f60c28/config", "other:f60c28/attrs", "admin:a1b2c3/attrs"]
        for topic in foreign {
            #expect(try publish(4, device, sandbox, topic: topic).stderr.contains(denied), "\(topic)")
        }
        #expect(try sandbox.associate(device, with: nil, token: token) == 204)
        #expect(try publish(5, device, sandbox).stderr.contains(denied))
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
        #expect(try publish(6, device, sandbox).stderr == "")
        #expect(try sandbox.request("DELETE", device.path, token: token).status == 204)
        let refused = try publish(7, device, sandbox)
        #expect(refused.status != 0 && !refused.stderr.contains(denied), "\(refused.stderr)")
        let renewed = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        #expect(try publish(8, renewed, sandbox).stderr == "")
        _ = try sandbox.poll(history, token: token) { _, body in body.contains(#""value":8"#) }
        #expect(try values(sandbox, token) == [2, 3, 6, 8])
    }

    @Test func losingTheRightEndsTheSession() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509", "--device", "f60c28", "--device", "a1b2c3"])
        let token = try sandbox.logIn()
        let bystander = try Enrolled(x509: sandbox, device: "a1b2c3", token: token, belongingTo: "a1b2c3")
        func listen(_ enrolled: Enrolled, _ device: String) throws -> Child {
            let words = listening + enrolled.connection(sandbox) + ["-t", "admin:\(device)/config"]
            let child = try Child.start(subscriber, words)
            #expect(child.waitFor(output: "Subscribed"), "\(child.errorSoFar)")
            return child
        }
        let other = try listen(bystander, "a1b2c3")
        let ends: [(Enrolled) throws -> Int] = [
            { try sandbox.associate($0, with: nil, token: token) },
            { try sandbox.associate($0, with: "a1b2c3", token: token) },
            { try sandbox.request("DELETE", $0.path, token: token).status },
        ]
        for end in ends {
            let device = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
            let listener = try listen(device, "f60c28")
            let order = #"{"attrs": {"reset": true}}"#
            #expect(try sandbox.request("PUT", "/device/f60c28/actuate", json: order, token: token).status == 200)
            #expect(listener.waitFor(output: #"{"reset":true}"#))
            #expect(try end(device) == 204)
            #expect(listener.waitFor(output: "DISCONNECT (152)"), "\(listener.outputSoFar)")
        }
        #expect(other.isRunning)
        // A device that is deleted loses its place; its certificates stay and belong to nobody.
        #expect(try sandbox.request("DELETE", "/device/a1b2c3", token: token).status == 200)
        #expect(other.waitFor(output: "DISCONNECT (152)"))
        let left = try sandbox.request("GET", bystander.path, token: token)
        #expect(left.status == 200 && left.body.contains(#""belongsTo":{}"#), "\(left.body)")
    }

    /// mosquitto knows the name in a certificate, and not which certificate it is.
    @Test func oneAssociatedCertificateIsEnoughForAllOfTheSameName() throws {
        let sandbox = try RunningSandbox.start(["--platform", "x509"])
        let token = try sandbox.logIn()
        let old = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        let new = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        #expect(try sandbox.associate(old, with: nil, token: token) == 204)
        #expect(try publish(1, new, sandbox).stderr == "")
        #expect(try publish(2, old, sandbox).stderr == "")
        #expect(try sandbox.request("DELETE", old.path, token: token).status == 204)
        #expect(try publish(3, old, sandbox).status != 0)
        #expect(try publish(4, new, sandbox).stderr == "")
        #expect(try sandbox.associate(new, with: nil, token: token) == 204)
        #expect(try publish(5, new, sandbox).stderr.contains("Not authorized"))
    }

    @Test func associationsAreKeptForTheNextStart() throws {
        let folder = try TemporaryFolder()
        let arguments = ["--platform", "x509", "--dir", folder.path]
        let first = try RunningSandbox.start(arguments)
        var token = try first.logIn()
        let device = try Enrolled(x509: first, token: token, belongingTo: "f60c28")
        #expect(first.stop().status == 0)
        let second = try RunningSandbox.start(arguments)
        token = try second.logIn()
        #expect(try publish(1, device, second).stderr == "")
        #expect(try second.certificates(token: token).certificates.first?.belongsTo?.device == "f60c28")
        #expect(try second.associate(device, with: nil, token: token) == 204)
        #expect(second.stop().status == 0)
        let third = try RunningSandbox.start(arguments)
        #expect(try publish(2, device, third).stderr.contains("Not authorized"))
    }
}
