import CommandLineKit
import Fleet
import MQTT
import Payload

/// What the options of Locust's master (scripts/locust/locustfile.py) make of a fleet; they are those of `fleet simulate`.
struct WorkerSettings {
    private let options: SpawnOptions

    init(_ options: SpawnOptions) { self.options = options }

    /// Changes what the master says, and leaves the rest.
    ///
    /// - Throws: `UsageError` or `FleetError` where it is not to be understood.
    func apply(to settings: inout SimulationSettings) throws {
        if let broker = try read("broker", as: BrokerAddress.self) {
            settings.broker = (broker.host, UInt16(clamping: broker.port ?? 8883))
        }
        if let behaviour = try behaviour() {
            settings.behaviour = behaviour
            settings.pace = .interval(30)
        }
        if let interval = try read("interval", as: Period.self), settings.pace != .never {
            settings.pace = .interval(interval.seconds)
        }
        if let quality = try options.integer("qos") {
            guard let quality = QualityOfService(rawValue: Int32(clamping: quality)) else {
                throw UsageError("--qos must be 0, 1 or 2")
            }
            settings.qualityOfService = quality
        }
        if let keepAlive = try options.integer("keepalive") {
            guard keepAlive == 0 || (5...65_535).contains(keepAlive) else {
                throw UsageError("--keepalive must be 0, or 5 to 65535 seconds")
            }
            settings.keepAlive = Int32(keepAlive)
        }
        settings.subscribes = options.isSet("subscribe") || settings.behaviour.onConfig != nil
        if let seed = try options.integer("seed") {
            guard seed >= 0 else { throw UsageError("--seed must be 0 or more") }
            settings.seed = UInt64(seed)
        }
    }

    /// How many devices all workers run together, as the form says, or --users; nil where neither does.
    var users: Int? {
        get throws { try options.integer("num_users").flatMap { $0 > 0 ? $0 : nil } }
    }

    /// What happens to certificates.
    var certificates: [CertificateEvent] {
        get throws {
            try [CertificateEvent.Kind.renew, .revoke, .expire].flatMap { kind -> [CertificateEvent] in
                guard let text = options.text(kind.rawValue) else { return [] }
                do throws(FleetError) {
                    return try CertificateEvent.list(kind, text)
                } catch {
                    throw UsageError("--\(kind.rawValue): \(error.message)", hint: error.hint)
                }
            }
        }
    }

    /// What devices are told, and how often all of them together; nil for nothing.
    var actuation: AttributeRateArgument? {
        get throws { try read("actuate", as: AttributeRateArgument.self) }
    }

    /// What is followed to the platform's history, and how often of all of them together; nil for nothing.
    var history: AttributeRateArgument? {
        get throws {
            let history = try read("history", as: AttributeRateArgument.self)
            if let history { try FleetProbeOptions.check(history) }
            return history
        }
    }

    /// How long the test goes on, in seconds; where the master does not say, none does for more than a day.
    var duration: Double {
        (try? options.number("run_time")) ?? (try? read("run_time", as: Period.self))?.seconds ?? 86_400
    }

    /// How long it had gone on when the master said this, in seconds; nil where it does not tell.
    var elapsed: Double? { options.elapsed }

    /// How often so many devices of this worker publish in a second; nil where the master has no --rate, which is of all devices of all
    /// workers.
    func rate(of devices: Int) throws -> Double? {
        guard let rate = try read("rate", as: Rate.self) else { return nil }
        guard let users = try users else { return rate.perSecond }
        return rate.perSecond * Double(devices) / Double(users)
    }

    /// What the devices say; nil where the master leaves that to each worker.
    ///
    /// The text is the master's, and the files are this machine's: a template that names a table is refused.
    private func behaviour() throws -> DeviceBehaviour? {
        let words = options.text("attributes")?.split { $0 == " " || $0 == "\n" }.map(String.init) ?? []
        if !words.isEmpty {
            return DeviceBehaviour(
                attributes: try PayloadTemplate(words.map { try GeneratorArgument(argument: $0).generator }))
        }
        guard let payload = options.text("payload") else { return nil }
        guard let text = options.text("payload_text") else {
            throw UsageError("the master could not read its --payload \(payload): see what it says of that")
        }
        do {
            return try DeviceBehaviour(json: Array(text.utf8))
        } catch {
            throw UsageError("\(payload): \(error)")
        }
    }

    private func read<Value: ExpressibleByArgument>(_ name: String, as _: Value.Type) throws -> Value? {
        guard let text = options.text(name) else { return nil }
        do {
            return try Value(argument: text)
        } catch {
            throw UsageError("--\(name): \(error.message)", hint: error.hint)
        }
    }
}
