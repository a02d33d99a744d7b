import BrokerAccess
import Testing

@testable import Sandbox

/// What running brokers are sent when certificates change hands.
@Suite("admissions") struct AdmissionsTests {
    @Test(
        "a name that moves to another device stays admitted, in whichever order the devices come",
        arguments: [true, false])
    func move(isLast: Bool) {
        let admissions = Admissions([Admission(device: "a", names: ["x", "y"]), Admission(device: "b", names: [])])
        let changes = [Admission(device: "a", names: ["y"]), Admission(device: "b", names: ["x"])]
        let lines = admissions.settle(isLast ? changes : changes.reversed())
        #expect(lines == [.forbid(name: "x"), .allow(name: "x", device: "b")])
        #expect(admissions.all == ["a": ["y"], "b": ["x"]])
    }
}
