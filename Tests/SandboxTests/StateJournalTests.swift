import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// The state in its file: what was written is there again, wherever the sandbox ended.
@Suite struct StateJournalTests {
    private static let template = DeviceTemplate(id: 1, label: "t", created: "now", attrs: [])

    /// A change of each kind.
    private static let changes: [StateChange] = {
        var entity = EndEntity("a", caName: "CA")
        entity.status = .generated
        var certificate = IssuedCertificate(
            serialNumber: "0A", endEntity: "a", commonName: "a", der: "AAAA", notAfter: 9,
            record: .init(fingerprint: "AA:BB", device: "a", created: 1))
        let new = certificate
        certificate.revocation = .init(reason: "KEYCOMPROMISE", date: 2)
        return [
            .template(template), .device(Device(id: "a", label: "é\n", created: "now", templates: [1])),
            .device(Device(id: "b", label: "b", created: "now", templates: [])),
            .endEntity(EndEntity("a", caName: "CA")),
            .endEntity(EndEntity("b", caName: "CA")), .certificate(new), .endEntity(entity), .noDevice("b"),
            .noEndEntity("b"), .certificate(certificate), .numbers(.init(nextTemplate: 7, revocationList: 3)),
            .noTemplate(1),
        ]
    }()

    /// All that is in a state, in an order of its own.
    private func contents(_ state: PlatformState) -> [String] {
        var lines: [String] = []
        state.forEachChange { lines.append(String(decoding: JSON.encode($0), as: UTF8.self)) }
        return lines.sorted()
    }

    @Test func aFileThatEndsAnywhereHoldsEachChangeThatWasWritten() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("state.log")
        let journal = try StateJournal(path, PlatformState())
        var state = PlatformState()
        var states: [(size: Int, contents: [String])] = [(0, contents(state))]
        for change in [nil] + Self.changes.map(Optional.some) {
            if let change {
                try journal.append([change])
                state.apply(change)
            }
            states.append((try Data(contentsOf: URL(fileURLWithPath: path)).count, contents(state)))
        }
        journal.stop()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for end in 0...bytes.count {
            try bytes.prefix(end).write(to: URL(fileURLWithPath: path))
            let read = try #require(try StateJournal.read(path))
            let whole = try #require(states.last { $0.size <= end })
            #expect(contents(read) == whole.contents, "cut after \(end) bytes")
        }
        // And it goes on from there.
        try StateJournal(path, state).stop()
        #expect(contents(try #require(try StateJournal.read(path))) == contents(state))
    }

    @Test func aFileThatIsNoStateIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("{\"device\": 1}\n", to: "state.log")
        #expect(throws: SandboxError.self) { try StateJournal.read(path) }
        #expect(try StateJournal.read(folder.path("none")) == nil)
    }

    @Test func changesThatCannotBeWrittenAreNot() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("state.log")
        let journal = try StateJournal(path, PlatformState())
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        journal.stop()
        #expect(throws: SandboxError.self) { try journal.append(Self.changes) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aFileIsWrittenAnewWhileChangesGoOn() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("state.log")
        var state = PlatformState()
        for index in 0..<200 {
            state.apply(.device(Device(id: "d\(index)", label: "x", created: "now", templates: [])))
        }
        let journal = try StateJournal(path, state, leastGrowth: 20_000)
        var entity = EndEntity("a", caName: "CA")
        var written = 0
        for index in 0..<3000 {
            entity.password = "\(index)"
            try journal.append([.endEntity(entity)])
            state.apply(.endEntity(entity))
            written += JSON.encode(StateChange.endEntity(entity)).count + 1
            journal.compact(state)
        }
        journal.stop()
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        #expect(size < written / 2, "\(size) of \(written)")
        #expect(contents(try #require(try StateJournal.read(path))) == contents(state))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state.log"])
    }

    @Test func aStateOfAFormerSandboxIsRead() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"""
            {"endEntities": {"a": {"username": "a", "password": "dojot", "status": 40, "subjectDN": "CN=a", "caName": "CA",
             "certificateProfileName": "CFREE", "endEntityProfileName": "EMPTY_CFREE", "tokenType": "USERGENERATED",
             "clearPwd": true}}, "certificates": [{"serialNumber": "0A", "endEntity": "a", "commonName": "a", "der": "AAAA",
             "notAfter": 9}], "templates": [], "devices": [{"id": "a", "label": "a", "created": "now", "templates": []}],
             "nextTemplate": 2, "nextAttribute": 7, "revocationListNumber": 5}
            """#, to: "state.json")
        let state = try SandboxServer.readState(folder.path)
        #expect(state.numbers == .init(nextTemplate: 2, nextAttribute: 7, revocationList: 5))
        #expect(state.devices["a"] != nil && state.endEntities["a"]?.status == .generated)
        #expect(state.certificates.one(serialNumber: "a")?.notAfter == 9)
    }

    @Test func whatWasAnsweredIsThereAfterAKill() throws {
        let folder = try TemporaryFolder()
        var expected: Set<String> = []
        for round in 0..<4 {
            let sandbox = try RunningSandbox.start(["--dir", folder.path("state")])
            let token = try sandbox.logIn()
            let ids = try decode(
                [String].self, sandbox.request("GET", "/device?idsOnly=true&page_size=1000000", token: token).body)
            #expect(expected.isSubset(of: ids), "round \(round)")
            let made = try Child.start(
                "/bin/bash",
                [
                    "-c",
                    """
                    while curl -sf "$1/device?count=3" -H "Authorization: Bearer $2" \
                        -H 'Content-Type: application/json' -d '{"label": "x"}'; do echo; done
                    """, "bash", sandbox.ready.gateway, token,
                ])
            for _ in 0..<(3 + round * 5) { _ = made.readLine(timeout: 20) }
            sandbox.child.signal(SIGKILL)
            _ = sandbox.child.wait(timeout: 10)
            struct Made: Decodable {
                struct Device: Decodable { let id: String }
                let devices: [Device]
            }
            let answers = made.wait(timeout: 20).stdout.split(separator: "\n").compactMap {
                try? decode(Made.self, String($0))
            }
            #expect(answers.count >= 3)
            expected.formUnion(answers.flatMap(\.devices).map(\.id))
        }
    }
}
