import Fleet

/// What a worker says of itself, and what came of its last test.
struct WorkerReport {
    let master: String
    /// How many devices there are in all.
    let devices: Int
    private var lastRefusal: FleetError?
    private var lastShortage = 0

    init(master: String, devices: Int) { (self.master, self.devices) = (master, devices) }

    /// Says what happened; `own` is how many devices are this worker's.
    mutating func take(_ event: WorkerEvent, own: Int) {
        switch event {
        case .joined(let index):
            Console.note("worker \(index) of \(master), for \(own) of \(devices.deviceText); Ctrl-C ends it")
        case .ordered(let users, let devices) where devices < users && users != lastShortage:
            lastShortage = users
            Console.warning("the master asks for \(users.deviceText), and \(devices) are this worker's")
        case .ordered: break
        case .reached(let count): Console.note("\(count.deviceText) run")
        case .refused(let error):
            // Each step of a ramp asks for the same.
            guard error != lastRefusal else { return }
            lastRefusal = error
            Console.warning("what the master asks for cannot be done: \(error.message)", hint: error.hint)
        case .stopped:
            lastRefusal = nil
            Console.note("the master stopped the test")
        case .masterLost: Console.warning("\(master) is silent: the devices are stopped, and a master is looked for")
        case .ignored(let error): Console.warning("a message from \(master) is left out: \(error.message)")
        case .dismissed: Console.note("the master ended the test")
        }
    }

    /// What the master was told of the last test, to the microsecond.
    static func table(of share: FleetRecord.Share) -> TextTable {
        var table = TextTable("OPERATION", "REQUESTS", "FAILED", "MEAN MS", "MIN MS", "MAX MS")
        for operation in Operation.allCases where !share[operation].isEmpty {
            let done = share[operation]
            table.add(
                operation.rawValue, "\(done.succeeded + done.failed)", "\(done.failed)",
                milliseconds(done.latency.mean), milliseconds(done.latency.shortest.map(Double.init)),
                milliseconds(done.latency.longest.map(Double.init)))
        }
        return table
    }

    private static func milliseconds(_ microseconds: Double?) -> String {
        microseconds.map { "\(($0).rounded() / 1000)" } ?? ""
    }
}
