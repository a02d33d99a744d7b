import Enrollment
import PKI
import Synchronization
import Testing

@testable import Fleet

@Suite("Keys that are made ahead")
struct KeySupplyTests {
    @Test(
        "each that takes one gets one of its own; no more are made than are taken or wait",
        arguments: [KeyAlgorithm.p256, .rsa(bits: 2048)])
    func supplies(algorithm: KeyAlgorithm) throws {
        let supply = KeySupply(algorithm, count: 60, mostAhead: 5)
        let makers = try (0..<3).map { _ in try BackgroundThread { supply.make() } }
        let takers = try (0..<4).map { _ in
            try BackgroundThread { (0..<15).compactMap { _ in try? supply.take()?.publicKey } }
        }
        let keys = takers.flatMap { $0.join() }
        for maker in makers { maker.join() }
        #expect(Set(keys).count == 60)
    }

    @Test("where fewer are asked for than was thought, the makers end all the same")
    func leaves() throws {
        let supply = KeySupply(.rsa(bits: 2048), count: 10, mostAhead: 2)
        let maker = try BackgroundThread { supply.make() }
        for _ in 0..<7 { #expect(try supply.take() != nil) }
        for _ in 0..<3 { supply.leaveOne() }
        maker.join()
    }

    @Test("once stopped nobody waits for a key, and nobody makes one")
    func stops() throws {
        let supply = KeySupply(.rsa(bits: 2048), count: 10, mostAhead: 2)
        let taker = try BackgroundThread { (try? supply.take()) == nil }
        supply.stop()
        #expect(taker.join())
        supply.make()
    }
}
