import Foundation
import TestSupport
import Testing

@Suite struct ChildTests {
    @Test func aChildGetsItsInputAndGivesItsStreamsAndStatus() throws {
        let outcome = try Child.run("/bin/sh", ["-c", "cat; echo oops >&2; exit 7"], input: "hello\n")
        #expect(outcome.status == 7)
        #expect(outcome.stdout == "hello\n")
        #expect(outcome.stderr == "oops\n")
    }

    @Test func linesAreReadAsTheyCome() throws {
        let child = try Child.start("/bin/sh", ["-c", "echo one; read line; echo got $line; exec cat"])
        #expect(child.readLine(timeout: 5) == "one")
        #expect(child.readLine(timeout: 0.05) == nil)
        child.write("two\n")
        #expect(child.readLine(timeout: 5) == "got two")
        #expect(child.isRunning)
        child.closeInput()
        #expect(child.wait(timeout: 5).status == 0)
    }

    @Test func aChildThatTakesTooLongIsKilled() throws {
        let outcome = try Child.run("/bin/sleep", ["30"], timeout: 0.1)
        #expect(outcome.timedOut)
        #expect(outcome.status == 128 + SIGKILL)
    }

    @Test func aLargeInputAndOutputDoNotBlockEachOther() throws {
        let text = String(repeating: "0123456789\n", count: 200_000)
        #expect(try Child.run("/bin/cat", input: text).stdout == text)
    }

    @Test func theFolderIsTheOneAskedForAndGoesWithItsOwner() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder?.path)
        #expect(try Child.run("/bin/pwd", in: path).stdout == path + "\n")
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aProgramThatIsNotThereIsAnError() {
        #expect(throws: SupportError.self) { try Child.run("/nowhere/at/all") }
    }
}
