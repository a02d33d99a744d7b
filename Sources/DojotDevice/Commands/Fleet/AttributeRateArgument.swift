import CommandLineKit

/// `reset=1/s` on the command line: an attribute, and how often something is done with it.
struct AttributeRateArgument: ExpressibleByArgument {
    let attribute: String
    let rate: Rate

    static let valueName = "attribute=number/s"

    init(argument: String) throws(UsageError) {
        guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex else {
            throw UsageError("'\(argument)' is no attribute with a rate", hint: "write its name and a rate: reset=1/s")
        }
        attribute = String(argument[..<equals])
        rate = try Rate(argument: String(argument[argument.index(after: equals)...]))
    }
}

extension AttributeRateArgument: CustomStringConvertible {
    /// "reset=1/s".
    var description: String { "\(attribute)=\(rate)" }
}
