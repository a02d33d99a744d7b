import BrokerAccess
import Threads

/// A device, and the names in certificates by which the broker lets it publish and subscribe.
struct Admission: Sendable, Equatable {
    let device: String
    /// Common names; none where the device may do nothing.
    let names: [String]
}

/// Who is let in at the brokers: what a mosquitto is started with, and what it is told when it changes.
final class Admissions: Sendable {
    /// The names by which each device is let in.
    private let names: Guarded<[String: [String]]>

    init(_ admissions: [Admission]) {
        names = Guarded(
            Dictionary(admissions.lazy.filter { !$0.names.isEmpty }.map { ($0.device, $0.names) }) { first, _ in first }
        )
    }

    /// The names by which each device is let in.
    var all: [String: [String]] { names.withLock { $0 } }

    /// Lets devices in by these names and by no others; gives what brokers that run are to be told.
    func settle(_ admissions: [Admission]) -> [AccessLine] {
        names.withLock { names in
            // All refusals come first: a name may move from one device to another.
            var (refusals, permissions): ([AccessLine], [AccessLine]) = ([], [])
            for admission in admissions {
                let before = names[admission.device] ?? []
                names[admission.device] = admission.names.isEmpty ? nil : admission.names
                for name in admission.names where !before.contains(name) {
                    permissions.append(.allow(name: name, device: admission.device))
                }
                for name in before where !admission.names.contains(name) { refusals.append(.forbid(name: name)) }
            }
            return refusals + permissions
        }
    }
}
