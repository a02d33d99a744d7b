import CommandLineKit
import Dojot

/// `device history`: what the platform stored of what a device said.
struct DeviceHistory: Command {
    static let configuration = CommandConfiguration(
        name: "history", abstract: "Show what the platform stored of a device.",
        examples: [Example("dojot-device device history f60c28 temperature --last 3", "newest first")],
        exitCodes: DeviceCommand.exitCodes("shown, if it is nothing"), environment: LoginOptions.environment)

    @Argument(help: "The device's id.", valueName: "device-id")
    var device: String

    @Argument(help: "Its attributes; without them all.", valueName: "attribute")
    var attributes: [String]

    @Option(.long("last"), help: "How many values of each.", valueName: "number")
    var last: Int = 10

    @Flag(.long("json"), help: "Print one JSON array.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func validate() throws(UsageError) {
        if last < 1 { throw UsageError("--last must be 1 or more") }
    }

    func run() throws {
        let name = try DeviceName(device)
        let devices = try platform.openDevices(for: name)
        let found = try DeviceCommand.onDevice(name, of: platform) {
            try devices.history(of: name, attributes: attributes, last: last)
        }
        let names = attributes.isEmpty ? found.keys.sorted() : attributes
        let samples = names.flatMap { found[$0] ?? [] }
        if samples.isEmpty { try checkExistence(of: name, devices) }
        if printsJSON { return try Console.result(json: samples.map(Report.init)) }
        guard !samples.isEmpty else { return Console.note("the platform has stored nothing of that") }
        var table = TextTable("TIME", "ATTRIBUTE", "VALUE")
        for sample in samples { table.add(sample.time, sample.shownAttribute, sample.value.shown) }
        Console.result(table)
    }

    /// Asks the device manager for the device: the history answers the same for an unknown device and for a silent one
    /// (dojot/history, history/api/models.py, v0.4.0).
    private func checkExistence(of name: DeviceName, _ devices: DeviceManager) throws {
        do throws(DojotError) {
            _ = try devices.device(name)
        } catch {
            // Whoever may read the history need not be allowed to read devices.
            if error.code == .unknownDevice { try DeviceCommand.onDevice(name, of: platform) { throw error } }
        }
    }

    private struct Report: Encodable {
        let attribute, time: String
        let value: JSONValue

        init(_ sample: Sample) {
            (attribute, time, value) = (sample.attribute, sample.time, sample.value)
        }
    }
}
