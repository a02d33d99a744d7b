/// How a worker joins its master.
public struct WorkerOptions: Sendable {
    /// The master's host: a name, or an address without brackets.
    public var host: String
    /// Its port, 5557 unless the master was started with another.
    public var port: Int
    /// How many seconds a master is looked for, at first and where it was lost.
    public var patience: Double
    /// Seconds between two signs of life; the master misses a worker after three or four of its own.
    var heartbeat = 1.0
    /// Seconds between two reports.
    var report = 3.0
    /// Seconds without an answer after which the worker asks again to be taken, under another name.
    var greeting = 10.0
    /// Seconds without a word from the master, which answers each sign of life, after which it counts as gone.
    var silence = 8.0

    /// - Parameters:
    ///   - host: a name, or an address without brackets.
    ///   - port: 1 to 65535.
    ///   - patience: seconds.
    public init(host: String, port: Int = 5557, patience: Double = 300) {
        (self.host, self.port, self.patience) = (host, port, patience)
    }

    /// Where libzmq connects to.
    var endpoint: String { host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)" }

    /// The master, as its user knows it.
    public var master: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
