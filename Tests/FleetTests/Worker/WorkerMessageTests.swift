import Testing

@testable import Fleet

@Suite("What a worker says")
struct WorkerMessageTests {
    /// Messages, and the frames that msgpack for Python makes of the same; `WorkerTests` sends them to a real master.
    static let golden: [(WorkerMessage, String)] = {
        let users = UserCounts(classes: [("Device", 3)])
        var report = StatisticsReport(since: 1_760_000_000)
        var (first, second) = (FleetRecord(), FleetRecord())
        first[.healthy][.publish].succeed(after: 1250)
        first[.healthy].counts.sentBytes = 100
        second[.healthy][.publish].succeed(after: 300_000)
        second[.revoked][.publish].fail("timeout")
        second[.healthy].counts.sentBytes = 200
        report.add(first, second: 1_760_000_000)
        report.add(second, second: 1_760_000_001)
        return [
            (.clientReady, "93ac636c69656e745f7265616479ffa6686f73745f31"),
            (
                .heartbeat(.ready, processor: 12.5, memory: 12_345_678),
                """
                93a968656172746265617483a57374617465a57265616479b163757272656e745f6370755f7573616765cb4029000000000000\
                b463757272656e745f6d656d6f72795f7573616765ce00bc614ea6686f73745f31
                """
            ),
            (.spawning, "93a8737061776e696e67c0a6686f73745f31"),
            (
                .spawningComplete(users),
                """
                93b1737061776e696e675f636f6d706c65746582b2757365725f636c61737365735f636f756e7481a644657669636503\
                aa757365725f636f756e7403a6686f73745f31
                """
            ),
            (
                .statistics(report, users),
                """
                93a5737461747385a57374617473918ea46e616d65a77075626c697368a66d6574686f64a44d515454b66c6173745f726571\
                756573745f74696d657374616d70cb41da39de00400000aa73746172745f74696d65cb41da39de00000000ac6e756d5f7265\
                71756573747303b16e756d5f6e6f6e655f726571756573747301ac6e756d5f6661696c7572657301b3746f74616c5f726573\
                706f6e73655f74696d65cb4072d40000000000b16d61785f726573706f6e73655f74696d65cb4072c00000000000b16d696e\
                5f726573706f6e73655f74696d65cb3ff4000000000000b4746f74616c5f636f6e74656e745f6c656e677468cd012cae7265\
                73706f6e73655f74696d6573820101cd012c01b06e756d5f726571735f7065725f73656382ce68e7780001ce68e7780102b0\
                6e756d5f6661696c5f7065725f73656381ce68e7780101ab73746174735f746f74616c8ea46e616d65aa4167677265676174\
                6564a66d6574686f64a0b66c6173745f726571756573745f74696d657374616d70cb41da39de00400000aa73746172745f74\
                696d65cb41da39de00000000ac6e756d5f726571756573747303b16e756d5f6e6f6e655f726571756573747301ac6e756d5f\
                6661696c7572657301b3746f74616c5f726573706f6e73655f74696d65cb4072d40000000000b16d61785f726573706f6e73\
                655f74696d65cb4072c00000000000b16d696e5f726573706f6e73655f74696d65cb3ff4000000000000b4746f74616c5f63\
                6f6e74656e745f6c656e677468cd012cae726573706f6e73655f74696d6573820101cd012c01b06e756d5f726571735f7065\
                725f73656382ce68e7780001ce68e7780102b06e756d5f6661696c5f7065725f73656381ce68e7780101a66572726f727381\
                b44d5154542e7075626c6973682e74696d656f757486a46e616d65a77075626c697368a66d6574686f64a44d515454a56572\
                726f72a774696d656f7574ab6f6363757272656e63657301aa66697273745f7365656ecb41da39de00400000a96c6173745f\
                7365656ecb41da39de00400000b2757365725f636c61737365735f636f756e7481a644657669636503aa757365725f636f75\
                6e7403a6686f73745f31
                """
            ),
            (
                .statistics(StatisticsReport(since: 1_760_000_000), users),
                """
                93a5737461747385a5737461747390ab73746174735f746f74616c8ea46e616d65aa41676772656761746564a66d6574686f\
                64a0b66c6173745f726571756573745f74696d657374616d70c0aa73746172745f74696d65cb41da39de00000000ac6e756d\
                5f726571756573747300b16e756d5f6e6f6e655f726571756573747300ac6e756d5f6661696c7572657300b3746f74616c5f\
                726573706f6e73655f74696d65cb0000000000000000b16d61785f726573706f6e73655f74696d65cb0000000000000000b1\
                6d696e5f726573706f6e73655f74696d65c0b4746f74616c5f636f6e74656e745f6c656e67746800ae726573706f6e73655f\
                74696d657380b06e756d5f726571735f7065725f73656380b06e756d5f6661696c5f7065725f73656380a66572726f727380\
                b2757365725f636c61737365735f636f756e7481a644657669636503aa757365725f636f756e7403a6686f73745f31
                """
            ),
            (
                .heartbeat(.running, processor: .nan, memory: 1 << 33),
                """
                93a968656172746265617483a57374617465a772756e6e696e67b163757272656e745f6370755f7573616765cb0000000000000000\
                b463757272656e745f6d656d6f72795f7573616765cf0000000200000000a6686f73745f31
                """
            ),
            (
                .exception("host_1: no payload"),
                """
                93a9657863657074696f6e82a36d7367b2686f73745f313a206e6f207061796c6f6164a974726163656261636ba0a6686f73745f31
                """
            ),
            (.clientStopped, "93ae636c69656e745f73746f70706564c0a6686f73745f31"),
            (.quit, "93a471756974c0a6686f73745f31"),
        ]
    }()

    @Test("each message is the frame that a real master took")
    func frames() {
        for (message, hex) in Self.golden {
            #expect(Hexadecimal.text(message.frame(from: "host_1")) == hex, "\(message)")
        }
    }

    @Test(
        "times go to Locust's buckets, as Python rounds",
        arguments: [
            (0, 0), (499, 0), (500, 0), (1500, 2), (2500, 2), (99_499, 99), (99_999, 100), (100_000, 100),
            (105_000, 100),
            (115_000, 120), (147_000, 150), (999_000, 1000), (1_050_000, 1000), (3_432_000, 3400), (9_999_000, 10_000),
            (10_499_000, 10_000), (58_760_000, 59_000), (3_600_000_000, 3_600_000),
        ])
    func buckets(microseconds: Int64, bucket: Int) {
        #expect(ResponseTimes.bucket(microseconds: microseconds) == bucket)
    }

    @Test("users are told by the master's classes, and never more than there are")
    func users() {
        let wanted = UserCounts(classes: [("Device", 3), ("Gateway", 2)])
        #expect(wanted.limited(to: 5) == wanted)
        #expect(wanted.limited(to: 4) == UserCounts(classes: [("Device", 3), ("Gateway", 1)]))
        #expect(wanted.limited(to: 0) == UserCounts(classes: [("Device", 0), ("Gateway", 0)]))
        #expect(wanted.limited(to: 9).total == 5)
    }

    @Test("a worker has another name for each connection, with its host before the underscore")
    func identities() throws {
        let names = (0..<100).map { _ in WorkerIdentity.next() }
        #expect(Set(names).count == 100)
        for name in names {
            let parts = name.split(separator: "_", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && parts[1].count == 32 && !parts[0].isEmpty && name.utf8.count <= 255, "\(name)")
        }
    }

    @Test("what was done is kept until it is told, and counts for the second in which it was done")
    func tally() throws {
        var tally = WorkerTally(now: 100.5)
        var record = FleetRecord()
        record[.healthy][.connect].succeed(after: 1000)
        #expect(!tally.isDue(at: 100.9) && tally.isDue(at: 101) && tally.isDue(at: 40))
        tally.add(record, now: 101)
        #expect(tally.reported.total[.connect].isEmpty)
        tally.add(record, now: 102)
        #expect(tally.report.entries[.connect]?.requestsBySecond == [100: 1, 101: 1])
        #expect(tally.report.start == 100.5)
        tally.reportWasSent()
        #expect(tally.report.entries.isEmpty && tally.report.all.shortest == nil && tally.report.start == 100.5)
        #expect(tally.reported.total[.connect].succeeded == 2)
    }
}
