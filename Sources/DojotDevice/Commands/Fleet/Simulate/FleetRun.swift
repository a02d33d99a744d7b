import Fleet
import Glibc
import MQTT

/// A fleet's run from its first device to the last: the ramp, the end, and what is shown meanwhile.
struct FleetRun {
    /// How often the number of devices is looked at, in seconds.
    private static let step = 0.02

    let fleet: SimulatedFleet
    /// Devices a second.
    let ramp: Double
    /// Seconds; nil for no end.
    let duration: Double?
    let signals: StopSignals
    private var screen: FleetScreen
    private var total = FleetRecord()
    private var load = OwnLoad()
    private let start = MonotonicTime.now

    init(fleet: SimulatedFleet, ramp: Double, duration: Double?, signals: StopSignals) {
        (self.fleet, self.ramp, self.duration, self.signals) = (fleet, ramp, duration, signals)
        screen = FleetScreen(settings: fleet.settings, duration: duration)
    }

    mutating func run() throws {
        Console.note(
            "\(fleet.settings.devices.names.count) devices, to \(fleet.peer); Ctrl-C ends it")
        let wasStopped = wait { [duration] elapsed in duration.map { elapsed >= $0 } ?? false }
        fleet.drain()
        let patience = MonotonicTime.after(wasStopped ? 2 : min(fleet.settings.timeout, 10))
        _ = wait { [fleet] _ in fleet.standing.outstanding == 0 || patience <= .now }
        let standing = fleet.standing
        let elapsed = MonotonicTime.now - start
        fleet.stop()
        total.add(fleet.takeRecord())
        screen.clear()
        for line in screen.summary(of: total, standing, after: elapsed) { Console.result(line) }
    }

    /// Goes on until `isOver`, which is given the seconds so far, or a signal; true where it was a signal.
    private mutating func wait(until isOver: (Double) -> Bool) -> Bool {
        var next = MonotonicTime.now + 1
        while true {
            let elapsed = MonotonicTime.now - start
            if isOver(elapsed) { return false }
            fleet.target = Int(min(Double(fleet.settings.devices.names.count), elapsed * ramp)) + 1
            if signals.wait(until: min(next, .after(Self.step))) != nil { return true }
            if next <= .now {
                next = next + 1
                let record = fleet.takeRecord()
                total.add(record)
                screen.show(record, fleet.standing, target: fleet.target, load: load.next(), after: elapsed)
            }
        }
    }
}
