import CommandLineKit
import Dojot
import Fleet
import Glibc

/// Which devices a fleet has.
struct FleetDeviceOptions: ParsableArguments {
    @Option(
        .long("from"), help: "The devices in this file: one id a line, or CSV with a column 'id'; - is standard input.",
        valueName: "file")
    var file: String?

    @Flag(.long("all-devices"), help: "Every device of the tenant.")
    var isForAll: Bool

    @Option(.long("create"), help: "Make so many devices first, and a template for them.", valueName: "number")
    var count: Int?

    @Option(
        .long("label-prefix"), help: "What the labels of devices that are made begin with.", valueName: "text")
    var labelPrefix: String = "fleet"

    @Option(
        .long("template"), help: "The template of devices that are made: JSON as the device manager takes it.",
        valueName: "file")
    var templateFile: String?

    @Flag(.long("with-tenant"), help: "Name each device TENANT:ID, as later brokers want it in the certificate.")
    var qualifies: Bool

    func validate() throws(UsageError) {
        let sources = [file != nil, isForAll, count != nil].filter { $0 }.count
        guard sources == 1 else {
            throw UsageError(
                sources == 0 ? "no devices" : "only one of --from, --all-devices and --create can be used",
                hint: sources == 0 ? "give a file with --from, or --all-devices, or a number with --create" : nil)
        }
        if let count, !(1...10_000_000).contains(count) { throw UsageError("--create must be from 1 to 10000000") }
        if count == nil, templateFile != nil || $labelPrefix.source == .commandLine {
            throw UsageError("--label-prefix and --template are for devices that --create creates")
        }
        let isPlain = labelPrefix.unicodeScalars.allSatisfy { !$0.steersTerminals && $0 != "\t" && $0 != "\n" }
        guard !labelPrefix.isEmpty, labelPrefix.utf8.count <= 200, isPlain else {
            throw UsageError("--label-prefix must have 1 to 200 bytes, and no control characters")
        }
    }

    /// The devices of the file, read before anything is sent; nil where the platform has or makes them.
    func listed() throws(FleetError) -> Fleet.DeviceList? {
        guard let file else { return nil }
        let text = String(decoding: try Fleet.InputFile.read(file), as: UTF8.self)
        do {
            return try Fleet.DeviceList(text: text)
        } catch {
            throw error.about(file == "-" ? "standard input" : file)
        }
    }

    /// Refuses a list that the run itself would write over.
    func checkFile(isNot other: String) throws(UsageError) {
        var (given, written) = (stat(), stat())
        guard let file, file != "-", stat(file, &given) == 0, stat(other, &written) == 0,
            given.st_dev == written.st_dev, given.st_ino == written.st_ino
        else { return }
        throw UsageError(
            "--from \(file) is the list that this run writes over",
            hint: "mv \(file.shellWord) again.csv, and give that")
    }

    /// The template of devices that are made.
    func template() throws(FleetError) -> FleetTemplate {
        guard let templateFile else { return .usual }
        let content = try Fleet.InputFile.read(templateFile)
        do {
            return try FleetTemplate(json: content)
        } catch {
            throw error.about(templateFile)
        }
    }

    /// The list with each device named as it was asked to be.
    func named(_ names: [DeviceName], tenant: String) throws -> Fleet.DeviceList {
        try Fleet.DeviceList(qualifies ? try names.map { try $0.qualified(by: tenant) } : names)
    }
}
