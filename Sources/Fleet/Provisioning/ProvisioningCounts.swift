/// How far a provisioning is, or was when it ended.
public struct ProvisioningCounts: Sendable {
    /// Why devices failed, those that did for the same cause together.
    public struct Cause: Sendable {
        /// See `ProvisioningFailure.code`.
        public let code: String
        public let mayWorkLater: Bool
        /// The reason of the first of them.
        public let example: String
        public internal(set) var count: Int
    }

    /// All devices of the fleet.
    public internal(set) var total: Int
    /// Those that an earlier run had done.
    public let doneBefore: Int
    /// Those that got an identity in this run.
    public internal(set) var provisioned = 0
    /// Those whose identity was there already, and was checked.
    public internal(set) var kept = 0
    /// Those of them whose broker was changed.
    public internal(set) var brokerChanged = 0
    /// Those that failed, by cause, in the order in which the causes came up.
    public internal(set) var causes: [Cause] = []
    /// How many runs that had been cut off were taken up again.
    public internal(set) var resumed = 0
    /// How many certificates an earlier run had had signed, which were found again.
    public internal(set) var recovered = 0
    /// How many failed in a row because the gateway was not reached.
    var unreachedInARow = 0

    init(total: Int, doneBefore: Int) { (self.total, self.doneBefore) = (total, doneBefore) }

    /// How many failed.
    public var failed: Int { causes.reduce(0) { $0 + $1.count } }
    /// How many have an identity.
    public var complete: Int { doneBefore + provisioned + kept }
    /// How many were not begun, or not ended.
    public var left: Int { total - complete - failed }

    mutating func add(_ failure: ProvisioningFailure) {
        if let index = causes.firstIndex(where: { $0.code == failure.code }) {
            causes[index].count += 1
        } else {
            causes.append(
                Cause(code: failure.code, mayWorkLater: failure.mayWorkLater, example: failure.reason, count: 1))
        }
    }
}
