import CommandLineKit
import Dojot

/// `device create`: a device, and the template that it needs where none is named.
struct DeviceCreate: Command {
    static let configuration = CommandConfiguration(
        name: "create", abstract: "Make a device, or several.",
        discussion: """
            Prints the new device's id, one a line where there are several. Where no template is named, one is made from \
            the attributes, with the device's label; it goes again where the device cannot be made.
            """,
        examples: [
            Example(
                "dojot-device device create boiler --attr temperature:float --actuator reset:bool",
                "with a template of its own"),
            Example("dojot-device device create boiler --template 3 --count 10", "ten of a kind"),
        ],
        exitCodes: DeviceCommand.exitCodes("made", data: "there is no such template, or the platform refuses it"),
        environment: LoginOptions.environment)

    @Argument(help: "What the device is called.", valueName: "label")
    var label: String

    @Option(.long("attr"), help: "An attribute that the device publishes.")
    var published: [AttributeDeclaration]

    @Option(.long("actuator"), help: "An attribute that the platform tells the device.")
    var actuators: [AttributeDeclaration]

    @Option(.long("template"), help: "A template that is there.", valueName: "id")
    var templates: [Int]

    @Option(.long("count"), help: "How many devices; the platform numbers their labels.", valueName: "number")
    var count: Int = 1

    @Flag(.long("json"), help: "Print the ids and the templates as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var platform: PlatformOptions

    func validate() throws(UsageError) {
        if label.isEmpty { throw UsageError("the label must not be empty") }
        if label.unicodeScalars.contains(where: \.steersTerminals) {
            throw UsageError("the label must not have control characters in it: '\(label)'")
        }
        guard (1...DeviceManager.mostAtOnce).contains(count) else {
            throw UsageError("--count must be from 1 to \(DeviceManager.mostAtOnce)")
        }
        let declared = attributes
        guard declared.isEmpty != templates.isEmpty else {
            throw declared.isEmpty
                ? UsageError(
                    "the device needs a template",
                    hint:
                        "declare its attributes, such as --attr temperature:float, or give the id of a template with --template"
                )
                : UsageError("--template has its attributes already: leave out --attr and --actuator")
        }
        var names: Set<String> = []
        for attribute in declared where !names.insert(attribute.label).inserted {
            throw UsageError("the attribute \(attribute.label) is declared twice")
        }
    }

    func run() throws {
        let devices = try platform.openDevices()
        let (ids, templates) = try make(devices)
        if printsJSON { return try Console.result(json: Report(label: label, devices: ids, templates: templates)) }
        if self.templates.isEmpty, let template = templates.first {
            Console.note("made template \(template) with \(attributes.map(\.label).joined(separator: ", "))")
        }
        for id in ids { Console.result(id) }
    }

    private var attributes: [Device.Attribute] {
        published.map { $0.attribute("dynamic") } + actuators.map { $0.attribute("actuator") }
    }

    private func make(_ devices: DeviceManager) throws(DojotError) -> (ids: [String], templates: [Int]) {
        guard templates.isEmpty else {
            return (try devices.create(label: label, templates: templates, count: count), templates)
        }
        let template = try devices.createTemplate(label: label, attributes: attributes)
        do {
            return (try devices.create(label: label, templates: [template.id], count: count), [template.id])
        } catch {
            // The platform keeps it where a device has it after all.
            try? devices.deleteTemplate(template.id)
            throw error
        }
    }

    private struct Report: Encodable {
        let label: String
        let devices: [String]
        let templates: [Int]
    }
}
