/// A run second by second, and all of it added up.
///
/// Of each second there are figures, no histograms: some 100 bytes, and 10 MB for a day; as much again for each cohort that is told
/// apart.
public struct Timeline: Sendable {
    /// What was counted beside the operations in a second, by the members of `FleetRecord.Counts`.
    public struct Counts: Sendable, Equatable {
        public let due, late, leftOut, received, disconnected, lost, returned: UInt32
    }

    /// One second's figures.
    public struct Second: Sendable, Equatable {
        /// Since the start, from 0.
        public let second: UInt32
        /// Connected at its end, in the order of the cohorts.
        public let connected: SIMD4<UInt32>
        /// To be connected.
        public let targetConnections: UInt32
        /// 0 to 100, of all cores.
        public let cpu: Float
        public let counts: Counts

        /// All that were connected.
        public var allConnected: Int { (0..<4).reduce(0) { $0 + Int(connected[$1]) } }
    }

    /// What was counted of one cohort, in a second in which it was something.
    public struct CohortSecond: Sendable, Equatable {
        /// Since the start, from 0.
        public let second: UInt32
        public let counts: Counts
    }

    /// One operation's figures in a second in which it was done.
    public struct OperationSecond: Sendable, Equatable {
        /// Since the start, from 0.
        public let second: UInt32
        public let succeeded: UInt32
        public let failed: UInt32
        /// In microseconds; 0 where none succeeded.
        public let p50, p95, p99, longest: UInt32
    }

    /// The seconds, rising; one in which the simulation had nothing to tell may be missing.
    public private(set) var seconds: [Second] = []
    /// All seconds added up.
    public private(set) var total = FleetRecord()
    /// The cohorts that are told apart, in their order.
    public let cohorts: [Cohort]
    private var operations: [[OperationSecond]] = Operation.allCases.map { _ in [] }
    /// By the place among `cohorts`.
    private var cohortCounts: [[CohortSecond]]
    private var cohortOperations: [[[OperationSecond]]]
    /// All cohorts of a second together: its memory is kept, since histograms are large.
    private var together = FleetRecord.Share()

    /// Nothing done.
    ///
    /// - Parameter cohorts: those that are told apart second by second; none where there is one alone.
    public init(tellingApart cohorts: [Cohort] = []) {
        let wanted = Set(cohorts)
        self.cohorts = wanted.count > 1 ? Cohort.allCases.filter(wanted.contains) : []
        cohortCounts = self.cohorts.map { _ in [] }
        cohortOperations = self.cohorts.map { _ in Operation.allCases.map { _ in [] } }
    }

    /// The seconds in which something of that kind was done, rising.
    public subscript(operation: Operation) -> [OperationSecond] { operations[operation.index] }

    /// The same of one cohort; none of one that is not told apart.
    public subscript(operation: Operation, cohort: Cohort) -> [OperationSecond] {
        cohorts.firstIndex(of: cohort).map { cohortOperations[$0][operation.index] } ?? []
    }

    /// The seconds in which something of one cohort was counted, rising; none of one that is not told apart.
    public func counts(of cohort: Cohort) -> [CohortSecond] {
        cohorts.firstIndex(of: cohort).map { cohortCounts[$0] } ?? []
    }

    /// How many seconds it is long.
    public var duration: Int { seconds.last.map { Int($0.second) + 1 } ?? 0 }

    /// Adds the next second.
    public mutating func append(_ point: TimelinePoint) {
        total.add(point.record)
        let second = UInt32(clamping: point.second)
        together.reset()
        for cohort in Cohort.allCases { together.add(point.record[cohort]) }
        for operation in Operation.allCases where !together[operation].isEmpty {
            operations[operation.index].append(OperationSecond(second: second, together[operation]))
        }
        for (place, cohort) in cohorts.enumerated() {
            let share = point.record[cohort]
            if share.counts != FleetRecord.Counts() {
                cohortCounts[place].append(CohortSecond(second: second, counts: Counts(share.counts)))
            }
            for operation in Operation.allCases where !share[operation].isEmpty {
                cohortOperations[place][operation.index].append(OperationSecond(second: second, share[operation]))
            }
        }
        seconds.append(Second(second: second, point, together.counts))
    }
}

extension Timeline.Counts {
    fileprivate init(_ counts: FleetRecord.Counts) {
        due = UInt32(clamping: counts.due)
        late = UInt32(clamping: counts.late)
        leftOut = UInt32(clamping: counts.leftOut)
        received = UInt32(clamping: counts.received)
        disconnected = UInt32(clamping: counts.disconnected)
        lost = UInt32(clamping: counts.lost)
        returned = UInt32(clamping: counts.returned)
    }
}

extension Timeline.Second {
    fileprivate init(second: UInt32, _ point: TimelinePoint, _ counts: FleetRecord.Counts) {
        self.second = second
        var connected = SIMD4<UInt32>.zero
        for cohort in Cohort.allCases { connected[cohort.index] = UInt32(clamping: point.connected[cohort] ?? 0) }
        self.connected = connected
        targetConnections = UInt32(clamping: point.targetConnections)
        cpu = point.cpu.isFinite ? Float(min(max(point.cpu, 0), 100)) : 0
        self.counts = Timeline.Counts(counts)
    }
}

extension Timeline.OperationSecond {
    fileprivate init(second: UInt32, _ record: OperationRecord) {
        self.second = second
        succeeded = UInt32(clamping: record.succeeded)
        failed = UInt32(clamping: record.failed)
        let latency = record.latency
        p50 = UInt32(clamping: latency.percentile(50) ?? 0)
        p95 = UInt32(clamping: latency.percentile(95) ?? 0)
        p99 = UInt32(clamping: latency.percentile(99) ?? 0)
        longest = UInt32(clamping: latency.longest ?? 0)
    }
}
