import CommandLineKit
import Dojot
import Enrollment

/// `profile set`: changes a device's profile; its key and certificate stay what they are.
struct ProfileSet: Command {
    static let configuration = CommandConfiguration(
        name: "set",
        abstract: "Change a device's gateway or broker; key and certificate stay.",
        examples: [
            Example("dojot-device profile set f60c28 --broker broker.example:8883", "the broker moved"),
            Example("dojot-device profile set f60c28 --gateway https://dojot.example", "the gateway has HTTPS now"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "changed, or the same as before"),
            ExitCodeDescription(74, "a file cannot be written"),
            ExitCodeDescription(75, "another run is at work on the device"),
        ] + ProfileCommand.exitCodes)

    @Argument(help: "The device, as it was retrieved.", valueName: "device-id")
    var device: String

    @Option(.long("broker"), help: "Where the device's broker is; port 8883 unless given.", valueName: "host[:port]")
    var broker: BrokerAddress?

    @Option(.long("broker-kind"), help: "What the broker is: it decides the device's topics.", valueName: "kind")
    var brokerKind: BrokerKind?

    @Option(.long("gateway"), help: "The URL of dojot's gateway.", valueName: "url")
    var gateway: String?

    @OptionGroup()
    var store: StoreOptions

    func validate() throws(UsageError) {
        if broker == nil, brokerKind == nil, gateway == nil {
            throw UsageError("there is nothing to set", hint: "add --broker, --broker-kind or --gateway")
        }
    }

    func run() throws {
        let name = try DeviceName(device)
        let store = store.store(for: name)
        let change = ProfileChange(
            gateway: try gateway.map { text throws(DojotError) in try Gateway(text) }, brokerHost: broker?.host,
            brokerPort: broker.map { $0.port ?? 8883 }, brokerKind: brokerKind)
        let folder = try store.checkOut(DeviceName(try store.load(name).name))
        let isChanged = try folder.change(store.load(name).profile, by: change) != nil
        ProfileText(try store.load(name)).print()
        if !isChanged { Console.note("nothing changed") }
    }
}
