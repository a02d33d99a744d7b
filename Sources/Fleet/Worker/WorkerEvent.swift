/// What happens to a worker, for whoever watches it.
public enum WorkerEvent: Equatable, Sendable {
    /// The master took it, as its worker of that number, from 0 on.
    case joined(index: Int)
    /// The master wants so many users; the devices that will run are fewer where there are no more.
    case ordered(users: Int, devices: Int)
    /// All workers have what the master wants; so many devices run here.
    case reached(Int)
    /// What the master wants cannot be done.
    case refused(FleetError)
    /// All devices are stopped, as the master asked.
    case stopped
    /// The master has not been heard of for some seconds: all devices are stopped, and another one may come.
    case masterLost
    /// A message from the master was left out.
    case ignored(FleetError)
    /// The master ended the test.
    case dismissed
}
