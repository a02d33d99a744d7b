import Foundation
import HTTP
import TestSupport
import Testing

@testable import Dojot

/// Devices against a running sandbox: made, told something, read back, removed.
@Suite(.serialized) final class DeviceManagerTests {
    private let sandbox: RunningSandbox
    private let gateway: Gateway
    private let http = HTTPClient()

    init() throws {
        sandbox = try RunningSandbox.start(["--user", "admin:s3cr3t", "--device", "f60c28", "--unsecured-port", "0"])
        gateway = try Gateway(sandbox.ready.gateway)
    }

    deinit { sandbox.stop() }

    private func manager() throws -> DeviceManager {
        let session = try Session.logIn(
            gateway: gateway, username: "admin", password: Secret("s3cr3t"), http: http,
            deadline: Deadline(seconds: 10))
        return DeviceManager(
            gateway: gateway, session: session, http: http, timeout: 5,
            retry: RetryPolicy(attempts: 3, base: 0.05, limit: 0.1))
    }

    private func fault(_ rule: String) throws {
        let answer = try sandbox.request("POST", "/_sandbox/faults", json: #"{"rule": "\#(rule)"}"#)
        guard answer.status == 200 else { throw SupportError("\(rule): \(answer.body)") }
    }

    private func error(_ call: () throws -> Void) -> DojotError? { #expect(throws: DojotError.self, performing: call) }

    @Test func theLifeOfADevice() throws {
        let devices = try manager()
        let template = try devices.createTemplate(
            label: "boiler",
            attributes: [
                .init(label: "temperature", kind: "dynamic", valueType: "float"),
                .init(label: "serial", kind: "static", valueType: "string", staticValue: .string("\u{1B}[31mred")),
                .init(label: "reset", kind: "actuator", valueType: "bool"),
            ])
        let ids = try devices.create(label: "cellar", templates: [template.id])
        let name = try DeviceName(#require(ids.first))
        let device = try devices.device(name)
        #expect(device.id == name.device)
        #expect(device.label == "cellar")
        #expect(device.templates == [template.id])
        #expect(device.attributes.map(\.label) == ["temperature", "serial", "reset"])
        #expect(device.attributes.map(\.kind) == ["dynamic", "static", "actuator"])
        #expect(device.attributes[1].staticValue?.shown == "[31mred")
        #expect(try devices.devices().map(\.id) == ["f60c28", name.device])
        try devices.actuate(name, attributes: Array(#"{"reset": true}"#.utf8))
        let refused = error { try devices.actuate(name, attributes: Array(#"{"temperature": 1}"#.utf8)) }
        #expect(refused?.code == .notActuator)
        #expect(refused?.status == 403)
        let used = error { try devices.deleteTemplate(template.id) }
        #expect(used?.code == .requestRefused)
        try devices.delete(name)
        try devices.deleteTemplate(template.id)
        #expect(try devices.devices().map(\.id) == ["f60c28"])
        for call in [
            { _ = try devices.device(name) }, { try devices.delete(name) },
            { try devices.actuate(name, attributes: Array("{}".utf8)) },
        ] as [() throws -> Void] {
            #expect(error(call)?.code == .unknownDevice)
        }
        // The history answers for an unknown device as for one without values (dojot/history v0.4.0).
        #expect(try devices.history(of: name, attributes: ["a"], last: 1).isEmpty)
    }

    @Test func manyDevicesComePageByPage() throws {
        let devices = try manager()
        let ids = try devices.create(label: "many", templates: [], count: 7)
        #expect(Set(ids).count == 7)
        for size in [1, 3, 4, 8, 50] {
            let listed = try devices.devices(pageSize: size)
            #expect(listed.map(\.id) == ["f60c28"] + ids, "\(size)")
            #expect(listed.last?.label == "many_6")
        }
    }

    @Test func aTemplateThatIsNotThereIsNamed() throws {
        let devices = try manager()
        let problem = error { _ = try devices.create(label: "x", templates: [99]) }
        #expect(problem?.code == .requestRefused)
        #expect(problem?.message.contains("No such template: 99") == true)
    }

    @Test func theHistoryIsReadBack() throws {
        let devices = try manager()
        let name = try DeviceName("admin:f60c28")
        #expect(try devices.history(of: name, attributes: ["temperature"], last: 3).isEmpty)
        let publisher = try #require(Programs.installed("mosquitto_pub"))
        let messages = [
            #"{"temperature": 21.5, "on": true}"#, #"{"temperature": 22, "timestamp": "2026-01-01T10:00:00.000Z"}"#,
            #"{"a.b &=": {"x": [1, null, "y"]}}"#,
        ]
        for message in messages {
            let outcome = try Child.run(
                publisher,
                [
                    "-h", "127.0.0.1", "-p", "\(sandbox.unsecuredPort)", "-i", "admin:f60c28", "-q", "1", "-t",
                    "/admin/f60c28/attrs", "-m", message,
                ])
            #expect(outcome.status == 0, "\(outcome.stderr)")
        }
        var samples: [String: [Sample]] = [:]
        for _ in 0..<100 {
            // Without attributes dojot answers with those of the templates only (dojot/history v0.4.0).
            samples = try devices.history(of: name, attributes: ["temperature", "on", "a.b &="], last: 10)
            if samples.count == 3, samples["temperature"]?.count == 2 { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(samples["temperature"]?.map(\.value) == [.number(21.5), .integer(22)])
        #expect(samples["on"]?.map(\.value) == [.bool(true)])
        #expect(samples["a.b &="]?.map(\.value.shown) == [#"{"x":[1,null,"y"]}"#])
        let one = try devices.history(of: name, attributes: ["temperature"], last: 1)
        #expect(one["temperature"]?.map(\.value) == [.number(21.5)])
        let two = try devices.history(of: name, attributes: ["temperature", "on"], last: 5)
        #expect(two.mapValues(\.count) == ["temperature": 2, "on": 1])
        let early = try devices.history(
            of: name, attributes: ["temperature"], from: "2026-01-01T10:00:00.000Z", first: 1)
        #expect(early["temperature"]?.map(\.value) == [.integer(22)])
    }

    @Test func whatMayHaveBeenDoneIsNotDoneTwice() throws {
        let devices = try manager()
        try fault("POST /device drop count=1")
        #expect(error { _ = try devices.create(label: "once", templates: []) }?.code == .transport(.connectionLost))
        #expect(try devices.devices().map(\.label).filter { $0 == "once" }.count == 1)
        try fault("DELETE /device/* drop count=1")
        try devices.delete(DeviceName("f60c28"))
        #expect(try devices.devices().map(\.label) == ["once"])
    }
}
