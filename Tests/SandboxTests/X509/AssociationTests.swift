import Foundation
import TestSupport
import Testing

/// Devices of x509-identity-mgmt at the broker, with mosquitto's own clients.
@Suite struct AssociationTests {
    private let subscriber = "/usr/bin/stdbuf"
    private let listening = ["-oL", "/usr/bin/mosquitto_sub", "-W", "60", "-d"]
    private let history = "/history/device/f60c28/history?attr=n"
    private let topic = "admin:f60c28/attrs"

    private func values(_ sandbox: RunningSandbox, _ token: String) throws -> [Int] {
        struct Sample: Decodable { let value: Int }
        let answer = try sandbox.request("GET", history, token: token)
        return answer.status == 404 ? [] : try decode([Sample].self, answer.body).map(\.value).sorted()
    }

    @Test func onlyAnAssociatedCertificateOpensTheBroker() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, token: token)
        #expect(try device.publish(1, to: topic, sandbox).isNotAuthorised)
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
        #expect(try device.publish(2, to: topic, sandbox).status == 0)
        // Neither the client identifier nor the user name matters: the certificate says who it is.
        let name = "any-name at all"
        #expect(try device.publish(3, to: topic, sandbox, as: name, ["-u", name]).status == 0)
        let foreign = ["/admin/f60c28/attrs", "admin:f60c28/config", "other:f60c28/attrs", "admin:a1b2c3/attrs"]
        for topic in foreign {
            let refused = try device.publish(4, to: topic, sandbox)
            #expect(refused.status != 0 && !refused.isNotAuthorised, "\(topic): \(refused)")
        }
        #expect(try sandbox.associate(device, with: nil, token: token) == 204)
        #expect(try device.publish(5, to: topic, sandbox).isNotAuthorised)
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
        #expect(try device.publish(6, to: topic, sandbox).status == 0)
        #expect(try sandbox.request("DELETE", device.path, token: token).status == 204)
        let refused = try device.publish(7, to: topic, sandbox)
        #expect(refused.status != 0 && !refused.isNotAuthorised, "\(refused.stderr)")
        let renewed = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        #expect(try renewed.publish(8, to: topic, sandbox).status == 0)
        _ = try sandbox.poll(history, token: token) { _, body in body.contains(#""value":8"#) }
        #expect(try values(sandbox, token) == [2, 3, 6, 8])
    }

    @Test func theFingerprintDecidesWhoseACertificateIsAndNotItsName() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8", "--device", "f60c28", "--device", "a1b2c3"])
        let token = try sandbox.logIn()
        let device = try Enrolled(x509: sandbox, device: "whatever", token: token, belongingTo: "a1b2c3")
        #expect(try device.publish(1, to: "admin:a1b2c3/attrs", sandbox).status == 0)
        #expect(try device.publish(1, to: "admin:whatever/attrs", sandbox).status != 0)
        #expect(try sandbox.associate(device, with: "f60c28", token: token) == 204)
        #expect(try device.publish(1, to: "admin:a1b2c3/attrs", sandbox).status != 0)
        #expect(try device.publish(1, to: topic, sandbox).status == 0)
    }

    @Test func losingTheRightEndsTheSession() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8", "--device", "f60c28", "--device", "a1b2c3"])
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
            // It connects again by itself: to be another device, or refused.
            #expect(listener.connectsAgain(), "\(listener.outputSoFar)")
            listener.signal(SIGTERM)
        }
        #expect(other.isRunning)
        // A device that is deleted loses its place; its certificates stay and belong to nobody.
        #expect(try sandbox.request("DELETE", "/device/a1b2c3", token: token).status == 200)
        #expect(other.waitFor(output: "CONNACK (5)"), "\(other.outputSoFar)")
        let left = try sandbox.request("GET", bystander.path, token: token)
        #expect(left.status == 200 && left.body.contains(#""belongsTo":{}"#), "\(left.body)")
    }

    @Test func anotherCertificateOfTheSameDeviceDoesNotHelp() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let token = try sandbox.logIn()
        let old = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        let new = try Enrolled(x509: sandbox, token: token, belongingTo: "f60c28")
        #expect(try sandbox.associate(old, with: nil, token: token) == 204)
        #expect(try new.publish(1, to: topic, sandbox).status == 0)
        #expect(try old.publish(2, to: topic, sandbox).isNotAuthorised)
        #expect(try sandbox.request("DELETE", old.path, token: token).status == 204)
        #expect(try new.publish(3, to: topic, sandbox).status == 0)
        #expect(try sandbox.associate(new, with: nil, token: token) == 204)
        #expect(try new.publish(4, to: topic, sandbox).isNotAuthorised)
    }

    @Test func associationsAreKeptForTheNextStart() throws {
        let folder = try TemporaryFolder()
        let arguments = ["--release", "0.8", "--dir", folder.path]
        let first = try RunningSandbox.start(arguments)
        var token = try first.logIn()
        let device = try Enrolled(x509: first, token: token, belongingTo: "f60c28")
        #expect(first.stop().status == 0)
        let second = try RunningSandbox.start(arguments)
        token = try second.logIn()
        #expect(try device.publish(1, to: topic, second).status == 0)
        #expect(try second.certificates(token: token).certificates.first?.belongsTo?.device == "f60c28")
        #expect(try second.associate(device, with: nil, token: token) == 204)
        #expect(second.stop().status == 0)
        let third = try RunningSandbox.start(arguments)
        #expect(try device.publish(2, to: topic, third).isNotAuthorised)
    }
}
