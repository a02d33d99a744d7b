import Fleet
import Glibc
import MQTT

/// A fleet's run from its first device to its last: its course, and what is shown and kept meanwhile.
struct FleetRun {
    /// How often the course is looked at, in seconds.
    private static let step = 0.02

    let fleet: SimulatedFleet
    /// What is done through the platform meanwhile.
    let work: PlatformWork
    let course: FleetCourse
    /// Told each second how it stands.
    let metrics: MetricsServer?
    let signals: StopSignals
    private var screen: FleetScreen
    /// What happened, second by second.
    private(set) var timeline: Timeline
    private var load = OwnLoad()
    private let start = MonotonicTime.now
    private var nextSecond: MonotonicTime
    private var second = 0

    init(
        fleet: SimulatedFleet, work: PlatformWork, course: FleetCourse, metrics: MetricsServer?,
        signals: StopSignals
    ) {
        (self.fleet, self.work, self.course) = (fleet, work, course)
        (self.metrics, self.signals) = (metrics, signals)
        timeline = Timeline(tellingApart: fleet.settings.plan.map { Array($0.counts.keys) } ?? [])
        screen = FleetScreen(settings: fleet.settings, duration: course.duration)
        nextSecond = start + 1
    }

    private var elapsed: Double { MonotonicTime.now - start }

    /// Runs it to its end, or to a stop signal, which is an end like any other.
    ///
    /// - Throws: `EnrollmentError` where the system gives the work no threads.
    mutating func run() throws {
        if let metrics {
            metrics.serve(PrometheusText(timeline))
            Console.note("metrics are at http://\(metrics.address)/metrics")
        }
        try work.start(since: start)
        let wasStopped = goOn { [duration = course.duration] elapsed in duration.map { elapsed >= $0 } ?? false }
        duration = elapsed
        work.stop()
        fleet.drain()
        let patience = MonotonicTime.after(wasStopped ? 2 : min(fleet.settings.timeout, 10))
        _ = goOn { [fleet, work] _ in
            (fleet.isDrained && work.pending == 0) || patience <= .now
        }
        let standing = fleet.standing
        fleet.stop()
        work.giveUp()
        endSecond(standing)
        screen.clear()
    }

    /// How long the fleet was at work, in seconds, without the wait for the last acknowledgements.
    private(set) var duration = 0.0

    /// Goes on until `isOver`, which is given the seconds so far, or a signal; true where it was a signal.
    private mutating func goOn(until isOver: (Double) -> Bool) -> Bool {
        while !isOver(elapsed) {
            let target = course.target(at: elapsed, devices: fleet.settings.devices.names.count)
            fleet.target = target.connections
            fleet.rate = target.rate
            if signals.wait(until: min(nextSecond, .after(Self.step))) != nil { return true }
            if nextSecond <= .now { endSecond(fleet.standing) }
        }
        return false
    }

    private mutating func endSecond(_ standing: SimulatedFleet.Standing) {
        var record = fleet.takeRecord()
        record.add(work.takeRecord())
        let point = TimelinePoint(
            second: second, connected: standing.connected, targetConnections: fleet.target, cpu: load.next() * 100,
            record: record)
        second += 1
        nextSecond = nextSecond + 1
        timeline.append(point)
        metrics?.serve(PrometheusText(timeline))
        screen.show(point, after: elapsed, targetRate: fleet.targetRate)
    }
}
