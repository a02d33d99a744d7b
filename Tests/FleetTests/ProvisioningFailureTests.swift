import Dojot
import HTTP
import Testing

@testable import Fleet

@Suite("Why a device has no identity")
struct ProvisioningFailureTests {
    @Test(arguments: [
        (DojotError.Code.unknownDevice, "platform.unknown-device", false),
        (.rateLimited, "platform.rate-limited", true),
        (.unavailable, "platform.unavailable", true), (.serverFailure, "platform.failure", true),
        (.requestRefused, "platform.request-refused", false), (.transport(.timedOut), "gateway.timeout", true),
        (.transport(.connectionLost), "gateway.lost", true), (.transport(.tls(.expired)), "gateway.tls", false),
        (.invalidName, "name.invalid", false),
    ])
    func hasAName(code: DojotError.Code, name: String, mayWorkLater: Bool) {
        let failure = ProvisioningFailure(DojotError(code, "cannot do it"))
        #expect(failure.code == name)
        #expect(failure.mayWorkLater == mayWorkLater)
        #expect(failure.reason == "cannot do it")
    }

    @Test("of many that fail for a few causes the causes are kept")
    func counts() {
        var counts = ProvisioningCounts(total: 10, doneBefore: 2)
        counts.provisioned = 3
        for reason in ["first", "second", "third"] {
            counts.add(ProvisioningFailure(DojotError(.unavailable, reason)))
        }
        counts.add(ProvisioningFailure(DojotError(.unknownDevice, "nobody")))
        #expect(counts.failed == 4 && counts.complete == 5 && counts.left == 1)
        #expect(counts.causes.map(\.count) == [3, 1])
        #expect(counts.causes[0].example == "first")
    }
}
