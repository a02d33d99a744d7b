import CommandLineKit
import Payload

/// `temperature=20..30` on the command line.
struct GeneratorArgument: ExpressibleByArgument {
    let generator: Generator

    static let valueName = "name=generator"

    init(argument: String) throws(UsageError) {
        do {
            generator = try Generator(argument: argument)
        } catch {
            throw UsageError(error.description, hint: "write name=20..30, name=20~30, name=on|off, name=counter, …")
        }
    }
}
