import Dojot
import Enrollment
import HeapModule
import MQTT
import Payload
import Threads

/// The devices of one thread, from the first connection to the last: each `loops`-th of the fleet.
final class DeviceLoop {
    /// How late a publication may go out and not count as late, in seconds.
    static let tolerance = 0.1
    /// How soon the loop finds out that it was told something, in seconds.
    private static let attention = 0.01
    /// How many publications go out before the connections have their turn: where more is due than can be done,
    /// acknowledgements are read all the same.
    private static let publicationsInARow = 256
    /// How often it is looked at what was not answered in time, in seconds.
    private static let lookingPeriod = 1.0

    let settings: SimulationSettings
    let control: FleetControl
    let account: FleetControl.LockedAccount
    let index: Int
    let loop: ConnectionLoop
    /// What it was told to do when this turn began.
    private(set) var phase = FleetControl.Phase.running
    var devices: [FleetDevice]
    /// How many of them, from the first, are to be connected.
    private(set) var switchedOn = 0
    private var ascent: Ascent
    private var attempts = Heap<ConnectTimer>()
    var publications = Heap<PublicationTimer>()
    var clock: PublicationClock
    /// When the next publication is due that is followed to the platform's history; nil where none is.
    var nextFollowed: MonotonicTime?
    private var lastLook = MonotonicTime.now
    /// Those that may connect, in order; the first ones of it are dealt with.
    private var waiting: [Int32] = []
    private var admitted = 0
    var payload: [UInt8] = []

    init(
        _ settings: SimulationSettings, _ options: ConnectionLoop.Options, control: FleetControl, index: Int
    ) throws(MQTTError) {
        self.settings = settings
        self.control = control
        self.index = index
        account = control.accounts[index]
        clock = PublicationClock(pace: 0, at: .now)
        ascent = Ascent(over: settings.spread)
        loop = try ConnectionLoop(options)
        // The loops take turns.
        nextFollowed = settings.historyProbe.map { .now + Double(index + 1) / $0.rate }
        let names = stride(from: index, to: settings.devices.names.count, by: settings.loops)
        devices = names.map { number in
            FleetDevice(
                name: settings.devices.names[number], cohort: settings.plan?.cohort(of: number) ?? .healthy,
                says: SimulatedDevice(
                    template: settings.behaviour.attributes, seed: settings.seed,
                    id: settings.devices.names[number].device, label: settings.devices.label(of: number)),
                random: SplitMix64(seed: ~settings.seed, stream: UInt64(number)))
        }
    }

    /// Lives until it is told to stop.
    func run() {
        while true {
            phase = control.phase
            switch phase {
            case .running: followTarget()
            case .draining: account.withLock { $0.isDraining = true }
            case .stopping: return leave()
            }
            clock.setPace(pace, at: .now)
            for order in account.takeOrders() { take(order) }
            connectWhoIsDue()
            let nextPublication = phase == .running ? publishWhatIsDue() : nil
            publishWhatIsFollowed()
            lookForUnanswered()
            admit()
            let ends = [MonotonicTime.after(Self.attention), attempts.min?.time, nextPublication, nextFollowed]
            loop.wait(until: ends.compactMap { $0 }.min() ?? .now) { number, event in take(event, of: number) }
        }
    }

    // MARK: On and off

    private func followTarget() {
        let share = (control.target - index + settings.loops - 1) / settings.loops
        let wanted = min(max(0, share), devices.count)
        let allowed = ascent.allowed(of: wanted, begun: switchedOn, at: .now)
        while switchedOn < allowed {
            switchOn(switchedOn)
            switchedOn += 1
        }
        while switchedOn > wanted {
            switchedOn -= 1
            retire(switchedOn)
        }
    }

    private func switchOn(_ number: Int) {
        devices[number].life += 1
        guard devices[number].isLeaving else { return wait(for: number, since: .now) }
        devices[number].isLeaving = false
        planFirstPublication(of: number)
    }

    /// Switches a device off once what it has published is acknowledged.
    private func retire(_ number: Int) {
        devices[number].life += 1
        devices[number].isPublishing = false
        guard devices[number].state == .connected, !devices[number].inFlight.isEmpty else { return switchOff(number) }
        devices[number].isLeaving = true
    }

    func switchOff(_ number: Int) {
        let wasConnected = devices[number].state == .connected
        devices[number].state = .off
        releaseHeldBack(number)
        let lost = devices[number].inFlight.count
        let cohort = devices[number].cohort
        account.withLock { account in
            account.record[cohort].counts.lost += lost
            account.outstanding -= lost
            if wasConnected { account.connected[cohort, default: 0] -= 1 }
        }
        loop.remove(number)
        devices[number].inFlight = []
        devices[number].queued = 0
        unsubscribe(number)
        devices[number].isPublishing = false
        devices[number].isLeaving = false
        devices[number].life += 1
    }

    private func leave() {
        for number in devices.indices where devices[number].state != .off { switchOff(number) }
        switchedOn = 0
    }

    // MARK: Connecting

    func wait(for number: Int, since due: MonotonicTime) {
        devices[number].state = .waiting(since: due)
        waiting.append(Int32(number))
    }

    /// Lets those connect whose turn it is, as many as there is room for.
    private func admit() {
        let room = max(1, settings.handshakes / settings.loops)
        while admitted < waiting.count, loop.handshakes < room {
            let number = Int(waiting[admitted])
            admitted += 1
            if case .waiting(let due) = devices[number].state { connect(number, due) }
        }
        guard admitted > 4096 || admitted == waiting.count else { return }
        waiting.removeFirst(admitted)
        admitted = 0
    }

    private func connect(_ number: Int, _ due: MonotonicTime) {
        devices[number].state = .connecting(since: due)
        let profile: (member: ConnectionLoop.Member, attrs: String)
        do {
            profile = try member(number)
        } catch {
            return missed(number, Absence.cause(error))
        }
        devices[number].attrs = profile.attrs
        do throws(MQTTError) {
            try loop.connect(number, as: profile.member)
        } catch {
            failed(number, error.code.rawValue)
        }
    }

    /// Who a device is on the broker, from its files as they are now.
    private func member(_ number: Int) throws -> (member: ConnectionLoop.Member, attrs: String) {
        let identity = try settings.store.load(devices[number].name)
        let profile = identity.profile
        let (tenant, device, kind) = (profile.tenant, profile.device, profile.broker.kind)
        let sources = settings.sources
        let member = ConnectionLoop.Member(
            clientIdentifier: Topic.clientID(tenant: tenant, device: device),
            username: Topic.username(tenant: tenant, device: device, kind: kind),
            certificateFile: identity.certificateFile, keyFile: identity.keyFile,
            bindAddress: sources.isEmpty ? nil : sources[(number * settings.loops + index) % sources.count])
        return (member, Topic.attrs(tenant: tenant, device: device, kind: kind))
    }

    /// An attempt failed: the next comes after a pause that grows, and is each device's own.
    func failed(_ number: Int, _ cause: String) {
        let cohort = devices[number].cohort
        account.withLock { $0.record[cohort][.connect].fail(cause) }
        noteOff(number)
        comeBack(number)
    }

    /// A device has no identity that can be read. Waiting will not help it, a file may: that is told once, and looked for now and
    /// then.
    func missed(_ number: Int, _ cause: String) {
        if !devices[number].isAbsent {
            let cohort = devices[number].cohort
            account.withLock { $0.record[cohort][.connect].fail(cause) }
        }
        devices[number].isAbsent = true
        noteOff(number)
        comeBack(number, after: settings.absence.pause(before: 1))
    }

    func comeBack(_ number: Int) {
        let device = devices[number]
        let failures = Backoff.failures(after: Int(device.failures), connectedSince: device.connectedSince)
        devices[number].failures = Int32(clamping: failures)
        devices[number].connectedSince = nil
        comeBack(number, after: settings.backoff.pause(before: failures))
    }

    private func comeBack(_ number: Int, after pause: Double) {
        devices[number].state = .pausing
        releaseHeldBack(number)
        attempts.insert(ConnectTimer(time: .after(pause), device: Int32(number), life: devices[number].life))
    }

    private func connectWhoIsDue() {
        let now = MonotonicTime.now
        while let attempt = attempts.min, attempt.time <= now {
            attempts.removeMin()
            let number = Int(attempt.device)
            if devices[number].life == attempt.life { wait(for: number, since: attempt.time) }
        }
    }

    // MARK: Publishing

    /// Publishes what is due, some of it where it is much; gives when the next is.
    private func publishWhatIsDue() -> MonotonicTime? {
        let reading = clock.reading(at: .now)
        for _ in 0..<Self.publicationsInARow {
            guard let next = publications.min, next.reading <= reading else { break }
            publications.removeMin()
            if devices[Int(next.device)].life == next.life { publish(next) }
        }
        return publications.min.flatMap { clock.time(of: $0.reading) }
    }

    private func lookForUnanswered() {
        let now = MonotonicTime.now
        guard now - lastLook >= Self.lookingPeriod else { return }
        lastLook = now
        for number in devices.indices { giveUpUnanswered(number, now) }
    }
}
