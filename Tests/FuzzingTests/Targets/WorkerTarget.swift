import CommandLineKit
import Dojot
import Enrollment
import Payload

@testable import DojotDevice
@testable import Fleet

extension FuzzTarget {
    /// What a Locust master sends, or somebody in its place.
    static let locust = FuzzTarget("locust", longest: 4096) { bytes in
        if case .spawn(let order) = try? MasterMessage(frame: bytes) {
            try require(
                (0...SpawnOrder.mostUsers).contains(order.users.total), "an order of \(order.users.total) users")
            _ = order.options.isSet("reset_stats")
            try take(WorkerSettings(order.options))
        }
        guard let value = try? MessagePackReader.value(of: bytes) else { return }
        // Not the value itself: a number that is none does not equal itself.
        let written = value.encoded
        let again = try? MessagePackReader.value(of: written)
        try require(again?.encoded == written, "a value is another when it is written")
        try require(written.count <= 2 * bytes.count, "a value is more than twice as long when it is written")
    }

    /// What the options make of a fleet of 50 devices, and of each of its three parts.
    private static func take(_ order: WorkerSettings) throws {
        var settings = SimulationSettings(
            devices: try DeviceList((0..<50).map { try DeviceName("d\($0)") }),
            store: CredentialStore(directory: "certs"), behaviour: DeviceBehaviour(attributes: try PayloadTemplate([])))
        try? order.apply(to: &settings)
        if let rate = try? order.rate(of: 50) { try require(rate > 0 && rate.isFinite, "a rate is \(rate)") }
        if let actuation = try? order.actuation { try require(!actuation.attribute.isEmpty, "an actuator has no name") }
        let users = (try? order.users).flatMap { $0 } ?? 50
        try require(users > 0, "there are \(users) users")
        let plan: ScenarioPlan
        do {
            plan = try ScenarioPlan(order.certificates, devices: min(50, users), seed: settings.seed)
        } catch {
            let (message, hint) = ((error as? UsageError)?.message, (error as? UsageError)?.hint)
            try requireHarmless((message ?? "\(error)") + (hint ?? ""), "what is wrong with an order")
            return
        }
        let parts = (0..<3).map { plan.shard($0, of: 3) }
        try require(parts.map(\.events.count).reduce(0, +) == plan.events.count, "the parts are not the whole")
        for part in parts {
            for event in part.events {
                try require(part.cohort(of: event.device) == event.kind.cohort, "a device is in two cohorts")
            }
        }
    }
}
