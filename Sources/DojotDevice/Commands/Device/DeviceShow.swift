import CommandLineKit
import Dojot

/// `device show`.
struct DeviceShow: Command {
    static let configuration = CommandConfiguration(
        name: "show", abstract: "Show a device and its attributes.",
        examples: [Example("dojot-device device show f60c28", "at the gateway that it was retrieved from")],
        exitCodes: DeviceCommand.exitCodes("shown"), environment: LoginOptions.environment)

    @Argument(help: "The device's id.", valueName: "device-id")
    var device: String

    @Flag(.long("json"), help: "Print one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func run() throws {
        let name = try DeviceName(device)
        let devices = try platform.openDevices(for: name)
        let device = try DeviceCommand.onDevice(name, of: platform) { try devices.device(name) }
        if printsJSON { return try Console.result(json: DeviceReport(device)) }
        let kinds = device.templates.map { "template \($0)" }
        let state = device.isDisabled ? ["disabled: the platform discards what it publishes"] : []
        let facts = [device.label] + kinds + (device.created.map { ["created \($0)"] } ?? []) + state
        Console.result("\(device.id)  \(facts.joined(separator: ", "))")
        guard !device.attributes.isEmpty else { return }
        var table = TextTable("ATTRIBUTE", "KIND", "TYPE", "VALUE")
        for attribute in device.attributes {
            table.add(attribute.label, attribute.kind, attribute.valueType, attribute.staticValue?.shown ?? "")
        }
        Console.result(table)
    }
}
