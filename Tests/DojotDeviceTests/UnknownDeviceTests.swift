import TestSupport
import Testing

/// Certificates for devices that the platform does not have: an end entity of EJBCA stays when its device is deleted.
@Suite("devices that do not exist")
struct UnknownDeviceTests {
    @Test("retrieve-cert warns where the device manager has no such device, and only then")
    func single() throws {
        let retrieval = try Retrieval(["--device", "f60c28"])
        let token = try retrieval.sandbox.logIn()
        let entity = try retrieval.sandbox.request("POST", "/user", json: #"{"username": "c0ffee"}"#, token: token)
        try #require(entity.status == 200)
        let unknown = try retrieval.run("c0ffee")
        #expect(unknown.status == 0)
        #expect(unknown.stderr.contains("warning: the platform has no device c0ffee (deleted?)"))
        #expect(
            unknown.stderr.contains("hint: dojot-device device list --gateway \(retrieval.sandbox.ready.gateway)\n"))
        for fault in [nil, "GET /device/* status=403", "GET /device/* status=500"] {
            if let fault { try retrieval.inject(fault) }
            let known = try retrieval.run("f60c28", ["-w"])
            #expect(known.status == 0)
            #expect(!known.stderr.contains("has no device"))
        }
    }
}
