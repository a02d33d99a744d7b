import CommandLineKit
import Dojot

/// An attribute of a template as it is declared: `temperature:float`, `location:geo:point`.
struct AttributeDeclaration: ExpressibleByArgument {
    static let valueName = "name:type"

    /// The value types that dojot's web page offers (dojot/gui, TemplateTypes), and "bool" of its documentation. The device manager itself
    /// accepts any text, so that a mistyped type would make an attribute whose values nothing can show.
    static let valueTypes = ["string", "float", "integer", "bool", "boolean", "geo:point", "object"]

    let name: String
    /// One of `valueTypes`.
    let valueType: String

    init(argument: String) throws(UsageError) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw UsageError("'\(argument)' is not name:type, such as temperature:float")
        }
        (name, valueType) = (String(parts[0]), String(parts[1]))
        guard Self.valueTypes.contains(valueType) else {
            let nearest = Suggestion.nearest(to: valueType, among: Self.valueTypes)
            throw UsageError(
                "'\(valueType)' is no value type",
                hint: nearest.map { "did you mean '\(name):\($0)'?" }
                    ?? "the types are \(Self.valueTypes.joined(separator: ", "))")
        }
    }

    /// The same for the platform; `kind` is "dynamic" or "actuator".
    func attribute(_ kind: String) -> Device.Attribute {
        Device.Attribute(label: name, kind: kind, valueType: valueType)
    }
}
