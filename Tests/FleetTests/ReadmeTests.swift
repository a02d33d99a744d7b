import Fleet
import Foundation
import Payload
import TestSupport
import Testing

/// What the README shows of a fleet is what is read.
@Suite("The README's examples")
struct ReadmeTests {
    private func example(in heading: String) throws -> [UInt8] {
        let parts = try Readme.section(heading).components(separatedBy: "```json\n")
        let block = try #require(parts.count == 2 ? parts[1] : nil)
        return Array(try #require(block.components(separatedBy: "```").first).utf8)
    }

    @Test("a template says what it should, and answers")
    func template() throws {
        let behaviour = try DeviceBehaviour(json: try example(in: "Payload templates")) { (_) throws(PayloadError) in
            Array("hour,load\n0,1.5\n1,2\n".utf8)
        }
        var device = SimulatedDevice(template: behaviour.attributes, seed: 7, id: "f60c28")
        var object: [UInt8] = []
        device.appendNextObject(to: &object, at: 1_700_000_000_000)
        try JSONSyntax.check(object: object)
        #expect(
            String(decoding: object, as: UTF8.self).hasPrefix(#"{"model":"T-1000","serial":"f60c28","temperature":"#))
        #expect(
            behaviour.onConfig?.publication(for: Array(#"{"mode":"off"}"#.utf8))
                == Array(#"{"lastConfig":{"mode":"off"},"mode":"off"}"#.utf8))
    }

    @Test("each generator of the table is one, with what stands beside it")
    func generators() throws {
        let rows = try Readme.section("Payload templates").split(separator: "\n").filter { $0.hasPrefix("| `{") }
        #expect(rows.count == 11)
        for row in rows {
            let generator = try #require(row.split(separator: "`").dropFirst().first)
            #expect(throws: Never.self, "\(row)") {
                try PayloadTemplate(json: Array("{\"a\": \(generator)}".utf8)) { (_) throws(PayloadError) in
                    Array("load\n1\n".utf8)
                }
            }
        }
    }

    @Test("a scenario is planned")
    func scenario() throws {
        let scenario = try Scenario(json: try example(in: "Scenarios"))
        #expect(scenario.duration == 840)
        let plan = try ScenarioPlan(scenario, devices: 1000, seed: 1)
        #expect(plan.counts == [.healthy: 920, .renewed: 50, .revoked: 10, .expired: 20])
    }

    @Test("every assertion is read, and every figure of the table is one")
    func assertions() throws {
        let text = try Readme.section("Assertions")
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("--assert") }
        #expect(lines.count == 4)
        for line in lines { _ = try Assertion(String(line.split(separator: "'")[1])) }
        let run = RunSummary(of: Timeline(), program: "", started: "", settings: [:], devices: [:])
        let cells = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|")[0] }
        let words = cells.flatMap { $0.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element) }
        #expect(words.count > 40)
        // Beside whole names there are last parts ("p95"), and the names of operations and of what is a figure's beginning.
        for word in words.map({ $0.replacingOccurrences(of: "CAUSE", with: "timeout") }) {
            let names = [word, "publish.\(word)", "off.\(word)", "\(word).p99"]
            #expect(names.contains { run.figure($0) != nil }, "\(word)")
        }
    }
}
