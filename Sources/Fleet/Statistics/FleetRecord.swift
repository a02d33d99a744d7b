/// What a fleet did in some time, by cohort and operation: one loop's second as well as a whole run.
///
/// Each loop fills one of its own, and hands it over every second; adding them up gives the fleet's.
public struct FleetRecord: Sendable {
    /// What is counted beside the operations.
    public struct Counts: Sendable, Equatable {
        /// Publications that were due.
        public var due = 0
        /// Of these, handed over more than 100 ms late.
        public var late = 0
        /// Of these, never sent since there was no connection.
        public var leftOut = 0
        /// Publications handed to the connection, in bytes of payload.
        public var sentBytes = 0
        /// Messages that came, whatever they were.
        public var received = 0
        /// Connections that were lost after their CONNACK.
        public var disconnected = 0
        /// Publications at QoS 1 or 2 that were given up without an acknowledgement.
        public var lost = 0
        /// Devices that were off since their certificate was no longer good, and were let in again all the same: counted at the
        /// CONNACK that accepts them.
        public var returned = 0

        /// Nothing counted.
        public init() {}

        mutating func add(_ other: Counts) {
            due += other.due
            late += other.late
            leftOut += other.leftOut
            sentBytes += other.sentBytes
            received += other.received
            disconnected += other.disconnected
            lost += other.lost
            returned += other.returned
        }
    }

    /// One cohort's share.
    public struct Share: Sendable {
        /// What is counted beside the operations.
        public var counts = Counts()
        /// Connections that were lost after their CONNACK, by cause: the stable code of an error, such as "connection.lost".
        public var losses: [String: Int] = [:]
        /// From when a certificate was no longer good (the platform's answer to its revocation, or the end of its time) to when
        /// its device's connection was gone; recorded once a device, and as 0 where it was not connected then.
        public var off = LatencyRecord()
        private var operations = Operation.allCases.map { _ in OperationRecord() }

        /// Nothing done.
        public init() {}

        /// What was done of one kind.
        public subscript(operation: Operation) -> OperationRecord {
            get { operations[operation.index] }
            _modify { yield &operations[operation.index] }
        }

        /// Adds all of another share.
        public mutating func add(_ other: Share) {
            counts.add(other.counts)
            losses.merge(other.losses, uniquingKeysWith: +)
            off.add(other.off)
            for operation in Operation.allCases { self[operation].add(other[operation]) }
        }

        mutating func reset() {
            counts = Counts()
            losses.removeAll(keepingCapacity: true)
            off.reset()
            for operation in Operation.allCases { self[operation].reset() }
        }
    }

    private var shares = Cohort.allCases.map { _ in Share() }

    /// Nothing done.
    public init() {}

    /// What one cohort did.
    public subscript(cohort: Cohort) -> Share {
        get { shares[cohort.index] }
        _modify { yield &shares[cohort.index] }
    }

    /// What all cohorts did together.
    public var total: Share {
        shares.reduce(into: Share()) { $0.add($1) }
    }

    /// Adds all of another record.
    public mutating func add(_ other: FleetRecord) {
        for cohort in Cohort.allCases { self[cohort].add(other[cohort]) }
    }

    /// Forgets all, and keeps the memory.
    public mutating func reset() {
        for cohort in Cohort.allCases { self[cohort].reset() }
    }
}

extension CaseIterable where Self: Equatable, AllCases: RandomAccessCollection, AllCases.Index == Int {
    /// Its place among all cases.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
