import Glibc
public import MQTT
import Payload

/// A worker of a Locust master's (https://docs.locust.io/en/stable/running-distributed.html), for whom devices are users: it runs
/// as many of them as the master asks for, and tells it what they do.
///
/// The connection and the devices' figures are looked after on the thread that calls `run`; the devices run on their own.
public struct Worker {
    /// What it is doing.
    private enum Phase {
        /// It has asked to be taken, or could not yet since there is no connection; it waits until `limit` at most.
        case joining(asked: MonotonicTime?, limit: MonotonicTime)
        case ready
        /// The devices are on their way to be so many.
        case spawning
        case running
        case stopping(then: Sequel)
    }

    /// What follows when all devices are stopped.
    private enum Sequel {
        /// The master asked for it, and may ask for users again.
        case ready
        /// The master is gone; the worker asks whoever is in its place.
        case joining
        /// The worker leaves by itself.
        case leaving
    }

    private let options: WorkerOptions
    private let fleet: any WorkerFleet
    private let events: (WorkerEvent) -> Void
    private var identity = WorkerIdentity.next()
    private var socket: DealerSocket
    private var phase: Phase
    /// The master's number for this worker, under its present name.
    private var index: Int?
    /// What the devices do at present.
    private var order: SpawnOrder?
    private var lastOrder = -Double.infinity
    private var tally = WorkerTally(now: Worker.now)
    private var load = OwnLoad()
    private var heard = MonotonicTime.now
    private var nextHeartbeat = MonotonicTime.now
    private var nextReport = MonotonicTime.now
    private var isOver = false

    /// Begins to look for the master.
    ///
    /// - Throws: `FleetError` with `.libraryMissing` or `.invalidMaster`.
    public init(
        _ options: WorkerOptions, fleet: any WorkerFleet, events: @escaping (WorkerEvent) -> Void
    ) throws(FleetError) {
        (self.options, self.fleet, self.events) = (options, fleet, events)
        socket = try DealerSocket(identity: identity, endpoint: options.endpoint)
        phase = .joining(asked: nil, limit: .after(options.patience))
    }

    /// Does what the master asks for until it ends the test, or a stop signal comes: then the devices are stopped first, and
    /// the master is told. A second signal ends it at once.
    ///
    /// - Returns: what the master was told of in the last test.
    /// - Throws: `FleetError` with `.masterSilent` where none answers, or what `WorkerFleet.joined` throws.
    public mutating func run(until signals: StopSignals?) throws(FleetError) -> FleetRecord {
        defer { stopFleet() }
        while !isOver {
            try keepTime()
            socket.wait(beside: signals?.descriptor, milliseconds: 50)
            while !isOver, let frame = socket.receive() { try take(frame) }
            if signals?.take() != nil { leave() }
        }
        return tally.reported
    }

    /// Lets the devices leave in good order, if they are still there, and waits for that, but not for ever.
    private func stopFleet() {
        fleet.stop()
        let limit = MonotonicTime.after(Self.farewell)
        while !fleet.hasStopped(), .now < limit { usleep(10_000) }
    }

    /// How long devices have to leave when the worker ends, in seconds.
    private static let farewell = 5.0

    /// Seconds since 1970.
    private static var now: Double { Double(WallClock.milliseconds) / 1000 }
}

// What the time brings.
extension Worker {
    private mutating func keepTime() throws(FleetError) {
        let now = MonotonicTime.now
        if case .joining(let asked, let limit) = phase { return try join(now, asked, limit) }
        if tally.isDue(at: Self.now) { tally.add(fleet.takeRecord(), now: Self.now) }
        if now >= nextHeartbeat {
            nextHeartbeat = now + options.heartbeat
            send(.heartbeat(state, processor: load.next() * 100, memory: ResidentMemory.bytes))
        }
        if now >= nextReport { report(now) }
        switch phase {
        case .stopping(let sequel):
            if fleet.hasStopped() { try stopped(sequel) }
        case _ where now - heard > options.silence:
            events(.masterLost)
            stop(then: .joining)
        case .spawning: spawnOn()
        default: break
        }
    }

    private mutating func join(
        _ now: MonotonicTime, _ asked: MonotonicTime?, _ limit: MonotonicTime
    ) throws(FleetError) {
        guard now < limit else {
            throw FleetError(
                .masterSilent, "no Locust master answers at \(options.master)",
                hint: "see whether it runs, and its port is open: nc -vz -w 5 \(options.host) \(options.port)")
        }
        if let asked {
            // Asking twice under one name would make two workers of it.
            if now - asked > options.greeting { try joinAnew(until: limit) }
        } else if send(.clientReady) {
            phase = .joining(asked: now, limit: limit)
        }
    }

    /// Tells the master what was done since it was told last; what cannot be sent is kept for the next time.
    private mutating func report(_ now: MonotonicTime) {
        nextReport = now + options.report
        if send(.statistics(tally.report, users)) { tally.reportWasSent() }
    }

    /// All that was done up to now, in place of waiting for the second to be over.
    private mutating func reportAll() {
        tally.add(fleet.takeRecord(), now: Self.now)
        report(.now)
    }

    private mutating func stop(then sequel: Sequel) {
        fleet.stop()
        phase = .stopping(then: sequel)
    }

    private mutating func stopped(_ sequel: Sequel) throws(FleetError) {
        switch sequel {
        case .joining: try joinAnew(until: .after(options.patience))
        case .ready:
            reportAll()
            order = nil
            send(.clientStopped)
            events(.stopped)
            phase = .joining(asked: nil, limit: .after(options.patience))
        case .leaving:
            reportAll()
            send(.quit)
            isOver = true
        }
    }

    /// Asks whoever is in the master's place to be taken, under another name.
    ///
    /// libzmq connects again by itself, but a master that was started anew does not know the worker, and one that has the old
    /// connection still takes nobody of its name.
    private mutating func joinAnew(until limit: MonotonicTime) throws(FleetError) {
        socket.discardUnsent()
        identity = WorkerIdentity.next()
        socket = try DealerSocket(identity: identity, endpoint: options.endpoint)
        (index, order, lastOrder) = (nil, nil, -Double.infinity)
        phase = .joining(asked: nil, limit: limit)
    }

    private mutating func leave() {
        switch phase {
        case .joining, .stopping(then: .leaving): isOver = true
        default: stop(then: .leaving)
        }
    }
}

// What the master says, and is told.
extension Worker {
    private mutating func take(_ frame: [UInt8]) throws(FleetError) {
        let message: MasterMessage
        do {
            message = try MasterMessage(frame: frame)
        } catch {
            return events(.ignored(error))
        }
        heard = .now
        switch message {
        case .acknowledged(let index): try acknowledged(index)
        case .spawn(let order): spawn(order)
        case .spawningComplete:
            if order?.options.isSet("reset_stats") == true { resetTally() }
            events(.reached(fleet.running))
        case .stop:
            switch phase {
            case .joining, .stopping(then: .leaving): break
            default: stop(then: .ready)
            }
        // One that is about to leave does not come again.
        case .reconnect: if !isLeaving { stop(then: .joining) }
        case .quit:
            reportAll()
            events(.dismissed)
            isOver = true
        case .heartbeat, .other: break
        }
    }

    private mutating func acknowledged(_ index: Int) throws(FleetError) {
        guard case .joining = phase else { return }
        do {
            try fleet.joined(as: index)
        } catch {
            // Or the master would count on it until it misses it.
            send(.quit)
            throw error
        }
        phase = .ready
        (nextHeartbeat, nextReport) = (.now, .after(options.report))
        if index != self.index { events(.joined(index: index)) }
        self.index = index
    }

    private mutating func spawn(_ order: SpawnOrder) {
        guard order.timestamp > lastOrder else { return }
        switch phase {
        case .joining, .stopping: return
        case .ready: resetTally()
        case .spawning, .running: break
        }
        lastOrder = order.timestamp
        send(.spawning)
        do {
            let devices = try fleet.run(order.users.total, order.options)
            self.order = order
            phase = .spawning
            events(.ordered(users: order.users.total, devices: devices))
        } catch {
            return refuse(error)
        }
        // Now, where it can be: until it is told, Locust takes no notice of a worker that joins.
        spawnOn()
    }

    /// Looks whether the devices are as many as the master wants.
    private mutating func spawnOn() {
        do {
            guard try fleet.hasReached() else { return }
            phase = .running
            send(.spawningComplete(users))
        } catch {
            order = nil
            refuse(error)
        }
    }

    /// The master waits for word, and shows it.
    private mutating func refuse(_ error: FleetError) {
        send(.exception("\(identity): \(error.message)"))
        send(.spawningComplete(users))
        phase = order == nil ? .ready : .running
        events(.refused(error))
    }

    /// Begins a test: what was done before is not part of it.
    private mutating func resetTally() {
        _ = fleet.takeRecord()
        tally = WorkerTally(now: Self.now)
    }

    @discardableResult
    private func send(_ message: WorkerMessage) -> Bool { socket.send(message.frame(from: identity)) }

    private var isLeaving: Bool { if case .stopping(then: .leaving) = phase { true } else { false } }

    private var state: WorkerMessage.State {
        switch phase {
        case .joining, .ready: .ready
        case .spawning: .spawning
        case .running, .stopping: .running
        }
    }

    private var users: UserCounts { order?.users.limited(to: fleet.running) ?? .none }
}
