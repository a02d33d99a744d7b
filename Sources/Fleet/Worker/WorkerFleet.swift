/// The devices of a worker: what runs as many of them as a Locust master asks for.
///
/// Everything here is called from the worker's own thread and must not take long, since the worker owes the master a sign of
/// life every second; what takes its time, such as connecting, goes on behind it.
public protocol WorkerFleet: AnyObject {
    /// Which of the master's workers this is, from 0 on; told again, while no device runs, where the worker had to join anew.
    ///
    /// - Throws: `FleetError` where there are no devices for it: the worker ends with that.
    func joined(as index: Int) throws(FleetError)

    /// Runs so many devices from now on, more or fewer than before; what takes its time for that goes on behind it.
    ///
    /// - Returns: how many it will be: fewer where there are no more devices.
    /// - Throws: `FleetError` where the options are not to be understood; what ran goes on. The master's page shows it.
    func run(_ count: Int, _ options: SpawnOptions) throws(FleetError) -> Int

    /// Whether as many run as it was to be, which is asked again and again after `run`, until they do.
    ///
    /// - Throws: `FleetError` where that turns out to be impossible, and none runs. The master's page shows it.
    func hasReached() throws(FleetError) -> Bool

    /// How many run, connected or on their way to be.
    var running: Int { get }

    /// Begins to stop all of them, if there are any.
    func stop()

    /// Whether all are stopped, which is asked again and again after `stop`, until they are; it goes on with stopping them.
    func hasStopped() -> Bool

    /// What was done since the last call, which is about a second ago.
    func takeRecord() -> FleetRecord
}
