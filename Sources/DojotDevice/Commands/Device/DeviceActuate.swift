import CommandLineKit
import Dojot
import Payload

/// `device actuate`: tells a device something, on its config topic.
struct DeviceActuate: Command {
    static let configuration = CommandConfiguration(
        name: "actuate", abstract: "Tell a device something: set its actuators.",
        discussion: """
            The device gets the attributes as one JSON object on its config topic, once: if it is not connected, nobody \
            keeps it. A value is a number, true, false or null if its text stays the same as one, else a string; \
            name:=JSON is JSON.
            """,
        usage: "[<options>] <device-id> <name=value> ...",
        examples: [Example("dojot-device device actuate f60c28 reset=true", "sends {\"reset\":true}")],
        exitCodes: DeviceCommand.exitCodes("the platform sends it"), environment: LoginOptions.environment)

    @Argument(help: "The device's id, then what it is told.", valueName: "device-id|name=value")
    var words: [String]

    @Flag(.long("json"), help: "Print what is sent as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func validate() throws(UsageError) {
        guard let device = words.first, !device.contains("=") else {
            throw UsageError("no device is named", hint: "name the device first, then name=value")
        }
        guard words.count > 1 else {
            throw UsageError("there is nothing to tell \(device)", hint: "add name=value, such as reset=true")
        }
        _ = try content()
    }

    func run() throws {
        let name = try DeviceName(words[0])
        let content = try content()
        let devices = try platform.openDevices(for: name)
        try DeviceCommand.onDevice(name, of: platform) { try devices.actuate(name, attributes: content) }
        guard !printsJSON else {
            return try Console.result(json: Report(device: name.device, attrs: JSONValue(json: content) ?? .null))
        }
        Console.result("told \(name): \(words.dropFirst().joined(separator: " "))")
    }

    private func content() throws(UsageError) -> [UInt8] {
        do {
            var attributes: [Attribute] = []
            for word in words.dropFirst() { attributes.append(try Attribute(argument: word)) }
            return try Attribute.object(attributes)
        } catch {
            throw UsageError("\(error)")
        }
    }

    private struct Report: Encodable {
        let device: String
        let attrs: JSONValue
    }
}
