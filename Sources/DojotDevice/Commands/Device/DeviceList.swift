import CommandLineKit
import Dojot

/// `device list`.
struct DeviceList: Command {
    static let configuration = CommandConfiguration(
        name: "list", abstract: "List the tenant's devices.",
        examples: [
            Example("dojot-device device list --gateway http://localhost:8000", "one row a device"),
            Example("dojot-device device list --json | jq -r '.[].id'", "the ids alone"),
        ],
        exitCodes: DeviceCommand.exitCodes("listed", data: "what was given as a token is none"),
        environment: LoginOptions.environment)

    @Flag(.long("json"), help: "Print one JSON array.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func run() throws {
        let devices = try platform.openDevices().devices()
        if printsJSON { return try Console.result(json: devices.map(DeviceReport.init)) }
        guard !devices.isEmpty else { return Console.note("there are no devices") }
        var table = TextTable("DEVICE", "LABEL", "ATTRIBUTES")
        for device in devices {
            table.add(device.id, device.label, device.attributes.map(\.label).joined(separator: " "))
        }
        Console.result(table)
    }
}
