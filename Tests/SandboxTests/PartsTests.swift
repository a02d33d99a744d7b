import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// The small parts, each by a table.
@Suite struct PartsTests {
    @Test(arguments: [
        (#"{"attrs": {"b": 1, "a": 2.50}}"#, #"{"b":1,"a":2.50}"#), (#"{"x": [1, {"attrs": 2}], "attrs": 3}"#, "3"),
        (#"{"attrs": 1, "attrs": "two , three : }"}"#, #""two , three : }""#), (#"{"attrs":"a\\"}"#, #""a\\""#),
        (#"{"attrs":"a\" \\\" b", "z":1}"#, #""a\" \\\" b""#), ("{}", nil), ("[1]", nil), (#"{"attrs2": 1}"#, nil),
        (" {\n\t\"attrs\" : [ 1 , [ ] ] } ", "[1,[]]"),
    ])
    func aMemberIsTakenAsItWasWritten(object: String, value: String?) {
        let found = JSONMember.value(of: "attrs", in: Array(object.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(found == value)
    }

    @Test func listenersAreFoundInTheKernelsTable() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
               1: 0100007F:1F40 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
               2: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4713 1
            """
        #expect(PortHolder.listeners(in: table, port: 8000) == ["4711", "4713"])
        #expect(PortHolder.listeners(in: table, port: 8001) == [])
    }

    @Test(
        arguments: [
            ("2017-07-14T02:40:00Z", 1_500_000_000), ("2017-07-14T02:40:00.250Z", 1_500_000_000.25),
            ("2017-07-14T04:40:00+02:00", 1_500_000_000), ("2017-07-14", 1_499_990_400), ("yesterday", nil), ("", nil),
        ] as [(String, Double?)])
    func timesAreRead(text: String, seconds: Double?) { #expect(Time.parse(text) == seconds) }

    @Test func timesAreWritten() {
        #expect(Time.iso(1_500_000_000.25) == "2017-07-14T02:40:00.250Z")
        #expect(Time.http(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(Time.http(-30_677_238_623) == "Thu, 16 Nov 0997 08:49:37 GMT")
    }

    @Test(arguments: [
        ("a:b", "a", "b", true), ("a:b:nosign", "a", "b", false), ("a:b:c", "a", "b:c", true), ("a::", "a", ":", true),
    ])
    func usersAreRead(text: String, name: String, password: String, maySign: Bool) {
        #expect(User(text) == User(name: name, password: password, maySign: maySign))
    }

    @Test(arguments: ["", "a", "a:", ":b", "a::nosign"]) func whatIsNoUserIsRefused(text: String) {
        #expect(User(text) == nil)
    }

    @Test func historyIsInTheOrderOfItsTimesAndDropsWhatIsNoObject() {
        let history = History()
        for (time, text) in [(3.0, #"{"a": 1}"#), (4, "7"), (5, #"{"a": 2, "timestamp": 1000}"#), (5, #"{"a": 3}"#)] {
            history.add(Array(text.utf8), of: "x", at: time)
        }
        let values = history.samples(of: "x", attributes: [], from: nil, to: nil).map(\.value)
        #expect(values == [.integer(2), .integer(1), .integer(3)])
        #expect(history.samples(of: "x", attributes: ["b"], from: nil, to: nil).isEmpty)
        #expect(history.samples(of: "x", attributes: ["a"], from: 2, to: 4).count == 1)
        history.remove("x")
        #expect(history.samples(of: "x", attributes: [], from: nil, to: nil).isEmpty)
    }

    @Test func historyIsReadFromTheNewestOnAsFarAsNeeded() {
        let history = History()
        for index in 0..<50_000 { history.add(Array(#"{"a": \#(index), "b": 1}"#.utf8), of: "x", at: Double(index)) }
        let start = Time.monotonic
        let values = history.samples(of: "x", attributes: ["a"], from: nil, to: nil, last: 2).suffix(2).map(\.value)
        #expect(values == [.integer(49_998), .integer(49_999)])
        let bounded = history.samples(of: "x", attributes: ["a"], from: nil, to: 49_990, last: 1).last?.value
        #expect(bounded == .integer(49_990))
        #expect(Time.monotonic - start < 0.5)
    }

    @Test func aHistoryFileIsReadBackAndKeepsOnlyWhatCounts() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.log")
        let file = try HistoryFile(path, devices: [])
        file.add(Array("{\"a\":\n\t1}".utf8), of: "x", at: 10.5)
        file.add(Array(#"{"a": 2}"#.utf8), of: "gone", at: 11)
        file.add(Array(#"{"a": 3}"#.utf8), of: "again", at: 12)
        file.remove("again")
        file.add(Array(#"{"a": 4}"#.utf8), of: "again", at: 13)
        try file.stop()
        try folder.write(folder.read("history.log") + "torn li", to: "history.log")
        let read = try HistoryFile(path, devices: ["x", "again"])
        try read.stop()
        let history = read.history
        #expect(history.samples(of: "x", attributes: [], from: nil, to: nil).map(\.value) == [.integer(1)])
        #expect(history.samples(of: "again", attributes: [], from: nil, to: nil).map(\.value) == [.integer(4)])
        #expect(history.samples(of: "gone", attributes: [], from: nil, to: nil).isEmpty)
        #expect(try folder.read("history.log").split(separator: "\n").count == 2)
    }

    @Test func historyForgetsTheOldestOfTooMuch() {
        let history = History()
        for index in 0..<(History.messagesPerDevice + 5) {
            history.add(Array(#"{"n":\#(index)}"#.utf8), of: "x", at: Double(index))
        }
        let first = history.samples(of: "x", attributes: [], from: nil, to: 10).map(\.value)
        #expect(first == (5...10).map { .integer($0) })
        let large = [UInt8](repeating: 32, count: History.largest / 2)
        for _ in 0..<3 { history.add(large, of: "y") }
        #expect(history.samples(of: "x", attributes: [], from: nil, to: 10).count == 6)
    }

    @Test func anEqualSecretIsEqualAndNothingElse() {
        #expect(Secret.equal("abc", "abc"))
        for other in ["", "ab", "abcd", "abd"] { #expect(!Secret.equal("abc", other)) }
        #expect(!Secret.equal("", ""))
    }
}
