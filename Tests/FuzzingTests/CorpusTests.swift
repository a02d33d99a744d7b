import Foundation
import Testing

/// Each input that is kept goes once through its target: what was found once stays mended, with no fuzzer built.
struct CorpusTests {
    private static let corpora = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Corpora")

    private static func inputs(of target: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: corpora.appendingPathComponent(target), includingPropertiesForKeys: nil)
    }

    @Test("every input that is kept", arguments: FuzzTarget.all.map(\.name))
    func everyInput(of name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let inputs = try Self.inputs(of: name)
        #expect(!inputs.isEmpty)
        for input in inputs {
            let bytes = try [UInt8](Data(contentsOf: input))
            #expect(bytes.count <= target.longest, "\(input.lastPathComponent)")
            #expect(throws: Never.self, "\(name)/\(input.lastPathComponent)") { try target.run(bytes) }
        }
    }

    @Test("every input that is kept, cut short and with one byte changed", arguments: FuzzTarget.all.map(\.name))
    func everyInputBroken(of name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        var random = SystemRandomNumberGenerator()
        for input in try Self.inputs(of: name) {
            let bytes = try [UInt8](Data(contentsOf: input))
            guard !bytes.isEmpty else { continue }
            for _ in 0..<8 {
                let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
                #expect(throws: Never.self, "\(Data(cut).base64EncodedString())") { try target.run(cut) }
                var changed = bytes
                changed[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                #expect(throws: Never.self, "\(Data(changed).base64EncodedString())") { try target.run(changed) }
            }
        }
    }

    @Test("every folder of inputs is a target's")
    func noOthers() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpora.path)
        #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    }
}
