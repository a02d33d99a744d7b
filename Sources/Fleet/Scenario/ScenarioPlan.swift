import Payload

/// A scenario for a certain fleet: which device is in which cohort, and when what happens to which.
///
/// The same scenario, number of devices and seed give the same plan, on whatever machine.
public struct ScenarioPlan: Sendable {
    /// What happens to one device's certificate.
    public struct Event: Sendable, Equatable {
        /// In seconds since the start.
        public let time: Double
        public let kind: CertificateEvent.Kind
        /// Its place among the devices, from 0.
        public let device: Int

        /// Describes one.
        public init(time: Double, kind: CertificateEvent.Kind, device: Int) {
            (self.time, self.kind, self.device) = (time, kind, device)
        }
    }

    /// What happens, in the order of time.
    public let events: [Event]
    /// How many devices are in each cohort.
    public let counts: [Cohort: Int]
    private let cohorts: [UInt8]

    /// Plans a scenario.
    ///
    /// - Parameters:
    ///   - devices: How many there are, 0 or more.
    ///   - seed: The run's; the scenario's own goes before it.
    /// - Throws: `FleetError` with `.invalidDeclaration` where the events need more devices than there are.
    public init(_ scenario: Scenario, devices: Int, seed: UInt64) throws(FleetError) {
        try self.init(scenario.events, devices: devices, seed: scenario.seed ?? seed)
    }

    /// Plans what happens to certificates.
    ///
    /// - Parameters:
    ///   - certificates: What happens; the first one's devices are picked first.
    ///   - devices: How many there are, 0 or more.
    /// - Throws: `FleetError` with `.invalidDeclaration` where the events need more devices than there are.
    public init(_ certificates: [CertificateEvent], devices: Int, seed: UInt64) throws(FleetError) {
        var random = SplitMix64(seed: seed, name: "cohorts")
        // Rounded down, so that shares that come to the whole fit; a little more, since 29 % of 100 come to 28.999….
        let sizes = certificates.map { Int(($0.share.of(devices) + 1e-6).rounded(.down)) }
        let needed = sizes.reduce(0, +)
        guard needed <= devices else {
            throw FleetError(
                .invalidDeclaration,
                "the certificates of \(needed) devices are to be renewed, revoked or expired, and there are \(devices)",
                hint: "no device is in two events: make their shares smaller, or take more devices")
        }
        var cohorts = [UInt8](repeating: UInt8(Cohort.healthy.index), count: devices)
        var order = Array(0..<devices)
        var events: [Event] = []
        events.reserveCapacity(needed)
        var taken = 0
        for (event, size) in zip(certificates, sizes) {
            for number in 0..<size {
                // Fisher and Yates, as far as it is needed.
                order.swapAt(taken, taken + Int(random.next(below: UInt64(devices - taken))))
                cohorts[order[taken]] = UInt8(event.kind.cohort.index)
                let time = event.time + (size > 1 ? event.spread * Double(number) / Double(size - 1) : 0)
                events.append(Event(time: time, kind: event.kind, device: order[taken]))
                taken += 1
            }
        }
        self.init(events: events.sorted { ($0.time, $0.device) < ($1.time, $1.device) }, cohorts: cohorts)
    }

    private init(events: [Event], cohorts: [UInt8]) {
        (self.events, self.cohorts) = (events, cohorts)
        counts = cohorts.reduce(into: [:]) { $0[Cohort.allCases[Int($1)], default: 0] += 1 }
    }

    /// What of it is one part's, where the devices are split as `DeviceList.shard` does it.
    ///
    /// - Parameters:
    ///   - index: From 0 to below `count`.
    ///   - count: 1 or more.
    public func shard(_ index: Int, of count: Int) -> ScenarioPlan {
        ScenarioPlan(
            events: events.filter { $0.device % count == index }.map {
                Event(time: $0.time, kind: $0.kind, device: $0.device / count)
            },
            cohorts: stride(from: index, to: cohorts.count, by: count).map { cohorts[$0] })
    }

    /// The cohort that a device is in from the start to the end; one that the plan does not know is healthy.
    ///
    /// - Parameter device: Its place among the devices.
    public func cohort(of device: Int) -> Cohort {
        cohorts.indices.contains(device) ? Cohort.allCases[Int(cohorts[device])] : .healthy
    }
}
