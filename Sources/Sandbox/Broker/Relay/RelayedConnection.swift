import Glibc

/// A device's connection, and the one to mosquitto that belongs to it; both end with this.
final class RelayedConnection {
    let isSecured: Bool
    private let path: String
    private let device: Int32
    /// -1 until mosquitto has room for it.
    private var broker: Int32 = -1
    private var toBroker = RelayedFlow()
    private var toDevice = RelayedFlow()
    /// What is wrong with it; nil where nothing is.
    private(set) var held: ConnectionFault.Held?
    /// The bytes that have passed since then.
    private var passed = (all: 0, toDevice: 0)
    /// When mosquitto is tried again.
    private var retry = 0.0
    /// Whether mosquitto has been told of the device's end.
    private var isHalfClosed = false
    /// What holds back mosquitto's refusal of a certificate; nil where that passes.
    private var refusalFilter: RefusalFilter?
    /// Whether it was refused, so that the connection ends once the device has what came before.
    private var isRefused = false
    /// Sides that ended while nobody read them.
    private var gone: Set<Int32> = []

    /// - Parameters:
    ///   - device: the device's socket, which does not block; it is owned from here on.
    ///   - path: mosquitto's socket.
    ///   - isSecured: whether TLS is spoken through it.
    ///   - isSilent: whether a refusal of the device's certificate is held back.
    init(_ device: Int32, to path: String, isSecured: Bool, isSilent: Bool = false) {
        (self.device, self.path, self.isSecured) = (device, path, isSecured)
        refusalFilter = isSecured && isSilent ? RefusalFilter() : nil
    }

    deinit {
        close(device)
        if broker >= 0 { close(broker) }
    }

    /// Has something go wrong with it from now on, in place of what did.
    ///
    /// - Returns: whether it goes on; what is to end at once has ended.
    func take(_ fault: ConnectionFault.Held) -> Bool {
        letGo()
        held = fault
        passed = (0, 0)
        return !endsIfDue()
    }

    /// Has nothing go wrong with it any more; what was held back goes on.
    func letGo() {
        held = nil
        (toBroker.due, toDevice.due) = (0, 0)
        gone = []
    }

    /// Does what can be done now; false where the connection is over.
    func advance(at now: Double) -> Bool {
        if let held, held.end <= now { letGo() }
        guard broker >= 0 || retry > now || open(at: now) else { return false }
        guard broker >= 0 else { return true }
        let goesOn =
            (isSilent(.toBroker) || pump(&toBroker, .toBroker, from: device, to: broker, now))
            && (isSilent(.toDevice) || pump(&toDevice, .toDevice, from: broker, to: device, now))
        let hasMore = (!toBroker.isEmpty && !isSilent(.toBroker)) || (!toDevice.isEmpty && !isSilent(.toDevice))
        return goesOn && (gone.count < 2 || hasMore)
    }

    /// When it goes on by itself after `now`, on the monotonic clock.
    func due(after now: Double) -> Double {
        var next = held?.end ?? .infinity
        if broker < 0 { next = min(next, retry) }
        if !toBroker.isEmpty, !isSilent(.toBroker), toBroker.due > now { next = min(next, toBroker.due) }
        if !toDevice.isEmpty, !isSilent(.toDevice), toDevice.due > now { next = min(next, toDevice.due) }
        return next
    }

    // MARK: poll(2)

    /// What is waited for on the device's side and on mosquitto's.
    func entries(at now: Double) -> [pollfd] {
        [entry(device, reads: toBroker, .toBroker, writes: toDevice, .toDevice, now)]
            + (broker < 0 ? [] : [entry(broker, reads: toDevice, .toDevice, writes: toBroker, .toBroker, now)])
    }

    /// POLLRDHUP (poll(2)), which is not seen from Swift.
    private static let peerHasEnded: Int32 = 0x2000

    private func entry(
        _ socket: Int32, reads: RelayedFlow, _ readDirection: ConnectionFault.Direction, writes: RelayedFlow,
        _ writeDirection: ConnectionFault.Direction, _ now: Double
    ) -> pollfd {
        var events: Int32 = 0
        if broker >= 0, !isSilent(readDirection), reads.isEmpty, !reads.hasEnded { events |= Int32(POLLIN) }
        if !isSilent(writeDirection), !writes.isEmpty, writes.due <= now { events |= Int32(POLLOUT) }
        if events == 0 {
            // An end would be told again and again, whatever is asked for.
            if gone.contains(socket) { return pollfd(fd: -1, events: 0, revents: 0) }
            events = Self.peerHasEnded
        }
        return pollfd(fd: socket, events: Int16(events), revents: 0)
    }

    /// Takes note of a side that ended and is not read.
    func note(_ entry: pollfd) {
        if entry.events == Int16(Self.peerHasEnded), entry.revents != 0 { gone.insert(entry.fd) }
    }

    // MARK: What passes

    private func isSilent(_ direction: ConnectionFault.Direction) -> Bool {
        held?.fault.silent.contains(direction) ?? false
    }

    /// Moves bytes one way; false where the connection is over.
    private func pump(
        _ flow: inout RelayedFlow, _ direction: ConnectionFault.Direction, from: Int32, to: Int32, _ now: Double
    ) -> Bool {
        // A bounded number of times, so that no connection keeps the others waiting.
        for _ in 0..<16 {
            let isOver = isRefused && direction == .toDevice
            if flow.isEmpty && !flow.hasEnded && !isOver {
                guard let hasMore = flow.fill(from: from) else { return breakOff(by: from) }
                guard hasMore else { return true }
                filterRefusal(&flow, direction)
                if let delay = held?.fault.delay, delay > 0 { flow.due = now + delay }
            }
            if flow.due > now { return true }
            if flow.isEmpty { return passEnd(direction) }
            guard let count = flow.drain(to: to, atMost: allowance(direction)) else { return breakOff(by: to) }
            guard count > 0 else { return true }
            passed.all += count
            if direction == .toDevice { passed.toDevice += count }
            if endsIfDue() { return false }
            if let rate = held?.fault.rate { flow.due = now + Double(count) / Double(rate) }
        }
        return true
    }

    /// Takes a refusal, and all after it, out of what was read.
    private func filterRefusal(_ flow: inout RelayedFlow, _ direction: ConnectionFault.Direction) {
        switch direction {
        case .toBroker: refusalFilter?.readClient(flow.bytes)
        case .toDevice:
            guard let count = refusalFilter?.readServer(flow.bytes) else { return }
            flow.cut(to: count)
            isRefused = true
        }
    }

    /// How many bytes may be sent at once.
    private func allowance(_ direction: ConnectionFault.Direction) -> Int {
        var most = Int.max
        if let rate = held?.fault.rate { most = max(1, rate / 10) }
        if let ending = held?.fault.ending {
            if !ending.countsToDevice { most = min(most, ending.bytes - passed.all) }
            if ending.countsToDevice, direction == .toDevice { most = min(most, ending.bytes - passed.toDevice) }
        }
        return most
    }

    /// A device that has said all may still be answered; with mosquitto's end, all is over.
    private func passEnd(_ direction: ConnectionFault.Direction) -> Bool {
        guard direction == .toBroker else {
            if isRefused { endQuietly() } else { shutdown(device, Int32(SHUT_WR)) }
            return false
        }
        if !isHalfClosed { shutdown(broker, Int32(SHUT_WR)) }
        isHalfClosed = true
        return true
    }

    /// Where mosquitto is gone, the device sees what it would see without us: a reset.
    private func breakOff(by socket: Int32) -> Bool {
        if socket == broker { resetOnClose() }
        return false
    }

    // MARK: The end

    /// Ends it where its fault says so.
    private func endsIfDue() -> Bool {
        guard let ending = held?.fault.ending,
            (ending.countsToDevice ? passed.toDevice : passed.all) >= ending.bytes
        else { return false }
        if ending.isReset {
            resetOnClose()
        } else {
            endQuietly()
        }
        return true
    }

    private func endQuietly() {
        shutdown(device, Int32(SHUT_WR))
        // What is not read makes the kernel answer our close with a reset, which could overtake the end.
        var bytes = [UInt8](repeating: 0, count: 4096)
        var reads = 0
        while reads < 64, recv(device, &bytes, bytes.count, 0) > 0 { reads += 1 }
    }

    private func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(device, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Connects to mosquitto; false where it is not there.
    private func open(at now: Double) -> Bool {
        switch LocalSocket.connect(to: path) {
        case .connected(let socket): broker = socket
        case .busy: retry = now + 0.01
        case .refused:
            resetOnClose()
            return false
        }
        return true
    }
}
