import CommandLineKit
import MQTT

/// A version of MQTT, in all the ways mosquitto_pub writes it: mqttv5 or 5, mqttv311 or 311, mqttv31 or 31.
struct VersionArgument: ExpressibleByArgument {
    let version: ProtocolVersion

    init(version: ProtocolVersion) { self.version = version }

    init(argument: String) throws(UsageError) {
        switch argument {
        case "mqttv5", "5": version = .v5
        case "mqttv311", "311": version = .v311
        case "mqttv31", "31": version = .v31
        default: throw UsageError.choice(argument, of: Self.allValues)
        }
    }

    static var allValues: [String] { ["mqttv5", "mqttv311", "mqttv31"] }

    var defaultValueDescription: String { name }

    var name: String {
        switch version {
        case .v5: "mqttv5"
        case .v311: "mqttv311"
        case .v31: "mqttv31"
        }
    }
}
