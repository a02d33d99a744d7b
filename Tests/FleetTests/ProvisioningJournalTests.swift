import Foundation
import TestSupport
import Testing

@testable import Fleet

@Suite("The journal of a provisioning")
struct ProvisioningJournalTests {
    let folder = try! TemporaryFolder()  // a test without a folder cannot go on
    let subject = ProvisioningJournal.Subject(
        gateway: "http://localhost:8000", authorityName: "IOTmidCA", tenant: "admin")

    func open() throws -> ProvisioningJournal { try ProvisioningJournal(in: folder.path, for: subject) }

    @Test("what was noted is there the next time")
    func remembers() throws {
        do {
            let journal = try open()
            #expect(journal.past.done.isEmpty)
            try journal.record("template", "probe", "3")
            try journal.record("batch", "probe", "probe-1", "2")
            try journal.made(["a1b2c3", "d4e5f6"], label: "probe-1", prefix: "probe")
            try journal.record("batch", "probe", "probe-2", "100")
            journal.done("a1b2c3")
            try journal.flush()
            journal.done("never flushed")
        }
        let past = try open().past
        #expect(past.done == ["a1b2c3"])
        let making = try #require(past.making["probe"])
        #expect(making.template == 3)
        #expect(making.ids == ["a1b2c3", "d4e5f6"])
        #expect((making.lastLabel, making.lastCount, making.lastMade, making.batches) == ("probe-2", 100, 0, 2))
    }

    @Test(
        "a last line that is torn is taken away, and what follows stands on a line of its own",
        arguments: ["done\tf60c2", "done\tf60c28", "do", "\0\0\0\0\0\0\0\0", "done\tabc\0\0\0\n"])
    func torn(_ rest: String) throws {
        try open().record("done", "a1b2c3")
        let whole = try folder.read("provision.journal")
        try folder.write(whole + rest, to: "provision.journal")
        let journal = try open()
        #expect(journal.past.done == ["a1b2c3"])
        try journal.record("done", "f60c28")
        #expect(try folder.read("provision.journal") == whole + "done\tf60c28\n")
    }

    @Test("a journal that is being written is not there yet")
    func tornAtOnce() throws {
        try folder.write("provision\thttp://loc", to: "provision.journal")
        _ = try open()
        #expect(
            try folder.read("provision.journal") == "provision\thttp://localhost:8000\tIOTmidCA\tadmin\n")
    }

    @Test(
        "another platform's, and what is none, are refused",
        arguments: [
            (
                "provision\thttp://other:8000\tIOTmidCA\tadmin\n",
                "is of IOTmidCA at http://other:8000, tenant admin, not of"
            ),
            ("provision\thttp://localhost:8000\tIOTmidCA\tother\n", "tenant other, not of"),
            ("hello\n", "is no journal of this program"),
            ("provision\thttp://localhost:8000\tIOTmidCA\tadmin\nhello\n", "it has a line 'hello'"),
        ])
    func refuses(_ text: String, _ message: String) throws {
        try folder.write(text, to: "provision.journal")
        let error = #expect(throws: FleetError.self) { _ = try open() }
        #expect(error?.code == .otherJournal)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(try folder.read("provision.journal") == text)
    }

    @Test("one at a time has it open")
    func busy() throws {
        let first = try open()
        let error = #expect(throws: FleetError.self) { _ = try open() }
        #expect(error?.code == .busy)
        withExtendedLifetime(first) {}
    }

    @Test("a hundred thousand lines are read in no time")
    func large() throws {
        let lines = (0..<100_000).map { "done\t" + String($0 + 0x100000, radix: 16) + "\n" }.joined()
        try folder.write("provision\thttp://localhost:8000\tIOTmidCA\tadmin\n" + lines, to: "provision.journal")
        #expect(try open().past.done.count == 100_000)
    }
}
