import Threads

/// The devices whose messages the platform drops: they still connect and publish, and get no answer to it (dojot/dojot,
/// connector/mqtt/vernemq/v2k-bridge/app/MQTTClient.js, isDeviceDisabled, 1.0.0-rc.3).
final class DisabledDevices: Sendable {
    private let ids: Guarded<Set<String>>

    init(_ ids: [String]) { self.ids = Guarded(Set(ids)) }

    func contains(_ id: String) -> Bool { ids.withLock { $0.contains(id) } }

    /// Records that a device is disabled, or is not.
    func set(_ id: String, _ isDisabled: Bool) {
        ids.withLock { ids in
            if isDisabled { ids.insert(id) } else { ids.remove(id) }
        }
    }
}
