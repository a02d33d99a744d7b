import CommandLineKit
import Dojot

/// `device delete`.
struct DeviceDelete: Command {
    static let configuration = CommandConfiguration(
        name: "delete", abstract: "Remove a device from the platform.",
        discussion: """
            Its connection is dropped and its history goes; its files in ./certs stay. It asks first; where there is no \
            terminal to ask on, --yes is needed.
            """,
        examples: [Example("dojot-device device delete f60c28 --yes", "without a question")],
        exitCodes: DeviceCommand.exitCodes("removed") + [ExitCodeDescription(1, "the answer was no")],
        environment: LoginOptions.environment)

    @Argument(help: "The device's id.", valueName: "device-id")
    var device: String

    @Flag(.long("yes"), help: "Do not ask.")
    var isSure: Bool

    @Flag(.long("json"), help: "Print the device that is gone as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func run() throws {
        let name = try DeviceName(device)
        let devices = try platform.openDevices(for: name)
        let device = try DeviceCommand.onDevice(name, of: platform) { try devices.device(name) }
        if !isSure { try ask(about: device) }
        try DeviceCommand.onDevice(name, of: platform) { try devices.delete(name) }
        if printsJSON { return try Console.result(json: DeviceReport(device)) }
        Console.result("deleted \(device.id) (\(device.label))")
    }

    private func ask(about device: Device) throws(Failure) {
        guard let answer = Prompt.line("delete \(device.id) (\(device.label)) and its history? [y/N] ") else {
            throw Failure(
                .usage, "nothing was deleted: there is no terminal to ask on", hint: "add --yes to go without")
        }
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(.failure, "nothing was deleted: the answer was no")
        }
    }
}
