/// What a Locust master tells a worker.
enum MasterMessage: Equatable, Sendable {
    /// The worker is one of its own; how many came before it, from 0 on.
    case acknowledged(index: Int)
    /// A sign of life.
    case heartbeat
    /// So many users are to run from now on.
    case spawn(SpawnOrder)
    /// All workers together run what was asked for.
    case spawningComplete
    /// No users are to run any more.
    case stop
    /// The test is over.
    case quit
    /// The worker is to come again.
    case reconnect
    /// What only Locust's own workers need.
    case other(String)

    /// Takes a frame apart: an array of type, data and the worker's id.
    ///
    /// - Throws: `FleetError` with `.invalidMessage`.
    init(frame: [UInt8]) throws(FleetError) {
        guard case .array(let parts) = try MessagePackReader.value(of: frame), parts.count == 3,
            let type = parts[0].text
        else { throw FleetError(.invalidMessage, "what came is no array of a type, data and an id") }
        let data = parts[1]
        switch type {
        case "ack":
            guard let index = data["index"]?.integer, index >= 0 else {
                throw FleetError(.invalidMessage, "an acknowledgement has no index: Locust 2.10.3 or later has")
            }
            self = .acknowledged(index: index)
        case "heartbeat": self = .heartbeat
        case "spawn": self = .spawn(try SpawnOrder(data))
        case "spawning_complete": self = .spawningComplete
        case "stop": self = .stop
        case "quit": self = .quit
        case "reconnect": self = .reconnect
        default: self = .other(type)
        }
    }
}
