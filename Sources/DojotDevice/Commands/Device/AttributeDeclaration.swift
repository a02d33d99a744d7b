import CommandLineKit
import Dojot

/// An attribute of a template as it is declared: `temperature:float`, `location:geo:point`.
struct AttributeDeclaration: ExpressibleByArgument {
    static let valueName = "name:type"

    let name: String
    /// "float", "bool", "string", "integer" or another that the platform knows.
    let valueType: String

    init(argument: String) throws(UsageError) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw UsageError("'\(argument)' is not name:type, such as temperature:float")
        }
        (name, valueType) = (String(parts[0]), String(parts[1]))
    }

    /// The same for the platform; `kind` is "dynamic" or "actuator".
    func attribute(_ kind: String) -> Device.Attribute {
        Device.Attribute(label: name, kind: kind, valueType: valueType)
    }
}
