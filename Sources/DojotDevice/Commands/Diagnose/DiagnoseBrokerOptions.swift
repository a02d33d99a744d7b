import CommandLineKit
import Dojot
import MQTT

/// Which broker is to be looked at: those of mosquitto_pub's flags that say whom to connect to, and as whom.
struct DiagnoseBrokerOptions: ParsableArguments {
    @Option(.long("host"), .short("h"), help: "The broker's name or address; without it as in the profile.")
    var host: BrokerHost?

    @Option(
        .long("port"), .short("p"),
        help: "The broker's port; without it as in the profile, else 8883 where there are TLS files, else 1883.")
    var port: UInt16?

    @Option(
        .long("broker-kind"), help: "What the broker is, which says the device's topics; without it as in the profile.",
        valueName: "kind")
    var kind: BrokerKind?

    @Option(.long("topic"), .short("t"), help: "The topic to publish to, in place of the device's.")
    var topic: String?

    @Option(.long("id"), .short("i"), help: "The client identifier.", valueName: "id")
    var identifier: String?

    @Option(.long("username"), .short("u"), help: "The user name for the broker.", valueName: "name")
    var username: String?

    @Option(
        .long("pw"), .short("P"), help: "The password for the broker: others can see it in the list of processes.",
        valueName: "password")
    var password: String?

    @Option(
        .long("protocol-version"), .short("V"), help: "The version of MQTT; without it those that it may be are tried.",
        valueName: "version")
    var version: VersionArgument?

    func validate() throws(UsageError) {
        if let port, port == 0 { throw UsageError("--port must be from 1 to 65535") }
        if identifier == "" { throw UsageError("--id must not be empty") }
        if password != nil && username == nil { throw UsageError("--pw needs a user name", hint: "add --username") }
        if let topic, topic.contains("+") || topic.contains("#") || topic.isEmpty {
            throw UsageError("'\(topic)' is no topic to publish to: it is not empty and has no + and no #")
        }
    }

    /// The options as they were given, without the password, for a hint.
    var typedOptions: [String] {
        let words: [(String, String?)] = [
            ("-h", host?.name), ("-p", port.map { "\($0)" }), ("--broker-kind", kind?.rawValue), ("-t", topic),
            ("-i", identifier),
            ("-u", username), ("-V", version?.name),
        ]
        return words.flatMap { name, value in value.map { [name, $0] } ?? [] }
    }

    /// Whether anything here asks for a broker.
    var asksForBroker: Bool { host != nil || port != nil }
}
