import Testing

@testable import Fleet

@Suite("what a fleet's loops are told, and tell")
struct FleetControlTests {
    // One that does not know it yet may be about to publish.
    @Test("a fleet is drained once each loop knows that it is to drain, and nothing is on its way")
    func isDrainedWhenEachLoopIs() {
        let control = FleetControl(loops: 2)
        control.phase = .draining
        #expect(!control.isDrained)
        control.accounts[0].withLock { $0.isDraining = true }
        #expect(!control.isDrained)
        control.accounts[1].withLock { account in
            account.outstanding = 1
            account.isDraining = true
        }
        #expect(!control.isDrained)
        control.accounts[1].withLock { $0.outstanding = 0 }
        #expect(control.isDrained)
    }
}
