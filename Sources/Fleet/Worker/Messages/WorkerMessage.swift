/// What a worker tells a Locust master.
///
/// One message that is not as the master's listener expects it ends that listener, and with it the test for all workers; so there
/// is no way to make one here that lacks something, or has it in another form.
enum WorkerMessage: Sendable {
    /// What a worker is doing, in Locust's words.
    enum State: String, Sendable {
        case ready, spawning, running
    }

    /// Asks to be taken as a worker; -1 says that it is none of Locust's own versions.
    case clientReady
    /// A sign of life: the processor's share of all cores in per cent, and resident memory in bytes.
    case heartbeat(State, processor: Double, memory: Int)
    /// The number of users is being changed.
    case spawning
    /// It is what was asked for.
    case spawningComplete(UserCounts)
    /// What was done since the last report.
    case statistics(StatisticsReport, UserCounts)
    /// All users are stopped; the master forgets the worker.
    case clientStopped
    /// The worker leaves.
    case quit
    /// Something went wrong that whoever looks at the master's page must know.
    case exception(String)

    /// The frame that says it, from the worker of that id: an array of the type, the data and the id.
    func frame(from worker: String) -> [UInt8] {
        MessagePackValue.array([.text(type), data, .text(worker)]).encoded
    }

    private var type: String {
        switch self {
        case .clientReady: "client_ready"
        case .heartbeat: "heartbeat"
        case .spawning: "spawning"
        case .spawningComplete: "spawning_complete"
        case .statistics: "stats"
        case .clientStopped: "client_stopped"
        case .quit: "quit"
        case .exception: "exception"
        }
    }

    private var data: MessagePackValue {
        switch self {
        case .clientReady: -1
        case .heartbeat(let state, let processor, let memory):
            [
                "state": .text(state.rawValue),
                // Python would take no number that is none; nor would its page.
                "current_cpu_usage": .number(processor.isFinite ? processor : 0),
                "current_memory_usage": .init(memory),
            ]
        case .spawning, .clientStopped, .quit: nil
        case .spawningComplete(let users): .map(users.fields)
        case .statistics(let report, let users): .map(report.fields + users.fields)
        case .exception(let text): ["msg": .text(text), "traceback": ""]
        }
    }
}

/// How many users a worker runs, by the classes that the master has for them.
struct UserCounts: Equatable, Sendable {
    /// The classes, and how many users of each.
    let classes: [(name: String, count: Int)]

    /// No users.
    static let none = UserCounts(classes: [])

    /// How many users there are in all.
    var total: Int { classes.map(\.count).reduce(0, +) }

    /// As many of them as `running`, in the classes' order; those beyond are none of any class.
    func limited(to running: Int) -> UserCounts {
        var rest = running
        return UserCounts(
            classes: classes.map { name, count in
                let part = min(count, rest)
                rest -= part
                return (name, part)
            })
    }

    /// The two fields that tell it in a message's data.
    fileprivate var fields: [MessagePackValue.Pair] {
        [
            .init(
                key: "user_classes_count",
                value: .map(classes.map { .init(key: .text($0.name), value: .init($0.count)) })),
            .init(key: "user_count", value: .init(total)),
        ]
    }

    static func == (left: UserCounts, right: UserCounts) -> Bool {
        left.classes.elementsEqual(right.classes) { $0.name == $1.name && $0.count == $1.count }
    }
}
