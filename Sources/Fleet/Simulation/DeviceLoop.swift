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
    /// How many timers are dealt with before the connections have their turn: where more is due than can be done, acknowledgements
    /// are read all the same.
    private static let timersInARow = 256

    let settings: SimulationSettings
    let control: FleetControl
    let account: FleetControl.LockedAccount
    let index: Int
    let loop: ConnectionLoop
    var devices: [FleetDevice]
    /// How many of them, from the first, are to be connected.
    private var switchedOn = 0
    var timers = Heap<DeviceTimer>()
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
        loop = try ConnectionLoop(options)
        let names = stride(from: index, to: settings.devices.names.count, by: settings.loops)
        devices = names.map { number in
            FleetDevice(
                name: settings.devices.names[number], cohort: settings.plan?.cohort(of: number) ?? .healthy,
                says: SimulatedDevice(
                    template: settings.behaviour.attributes, seed: settings.seed,
                    id: settings.devices.names[number].device),
                random: SplitMix64(seed: ~settings.seed, stream: UInt64(number)))
        }
    }

    /// Lives until it is told to stop.
    func run() {
        while true {
            switch control.phase {
            case .running: followTarget()
            case .draining: break
            case .stopping: return leave()
            }
            for order in account.takeOrders() { take(order) }
            doWhatIsDue()
            admit()
            let end = MonotonicTime.after(Self.attention)
            loop.wait(until: min(end, timers.min?.time ?? end)) { number, event in take(event, of: number) }
        }
    }

    // MARK: On and off

    private func followTarget() {
        let share = (control.target - index + settings.loops - 1) / settings.loops
        let wanted = min(max(0, share), devices.count)
        while switchedOn < wanted {
            devices[switchedOn].life += 1
            wait(for: switchedOn, since: .now)
            switchedOn += 1
        }
        while switchedOn > wanted {
            switchedOn -= 1
            switchOff(switchedOn)
        }
    }

    private func switchOff(_ number: Int) {
        let lost = devices[number].inFlight.count
        let cohort = devices[number].cohort
        let wasConnected = devices[number].state == .connected
        account.withLock { account in
            account.record[cohort].counts.lost += lost
            account.outstanding -= lost
            if wasConnected { account.connected[cohort, default: 0] -= 1 }
        }
        loop.remove(number)
        devices[number].inFlight = []
        devices[number].state = .off
        devices[number].isPublishing = false
        devices[number].life += 1
    }

    private func leave() {
        for number in 0..<switchedOn { switchOff(number) }
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
        do {
            let profile = try member(number)
            devices[number].attrs = profile.attrs
            try loop.connect(number, as: profile.member)
        } catch let error as EnrollmentError {
            failed(number, "identity.\(error.code)")
        } catch let error as MQTTError {
            failed(number, error.code.rawValue)
        } catch {
            failed(number, "identity")
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
        comeBack(number)
    }

    func comeBack(_ number: Int) {
        devices[number].state = .pausing
        devices[number].failedAttempts += 1
        let pause = settings.backoff.pause(before: devices[number].failedAttempts)
        start(.connect, of: number, at: .after(pause))
    }

    // MARK: What is due

    func start(_ kind: DeviceTimer.Kind, of number: Int, at time: MonotonicTime) {
        timers.insert(DeviceTimer(time: time, device: Int32(number), life: devices[number].life, kind: kind))
    }

    private func doWhatIsDue() {
        let isDraining = control.phase == .draining
        for _ in 0..<Self.timersInARow {
            guard let timer = timers.min, timer.time <= .now else { return }
            timers.removeMin()
            let number = Int(timer.device)
            guard devices[number].life == timer.life else { continue }
            switch timer.kind {
            case .connect: wait(for: number, since: timer.time)
            case .publish: if isDraining { devices[number].isPublishing = false } else { publish(number, timer.time) }
            }
        }
    }
}
