/// What a fleet did in one second, as the simulation hands it over.
public struct TimelinePoint: Sendable {
    /// Which second since the start, from 0.
    public var second: Int
    /// How many devices were connected at its end, by cohort.
    public var connected: [Cohort: Int]
    /// How many were to be connected.
    public var targetConnections: Int
    /// How much of all the cores that it may use this process used, 0 to 100.
    public var cpu: Double
    /// What was done in this second alone.
    public var record: FleetRecord

    /// Puts a second together.
    public init(second: Int, connected: [Cohort: Int], targetConnections: Int, cpu: Double, record: FleetRecord) {
        self.second = second
        self.connected = connected
        self.targetConnections = targetConnections
        self.cpu = cpu
        self.record = record
    }
}
