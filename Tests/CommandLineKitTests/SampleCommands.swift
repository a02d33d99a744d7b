import CommandLineKit

/// A program in small that uses all that the module offers.
struct Boiler: Command {
    static let configuration = CommandConfiguration(
        name: "boiler", abstract: "Run a boiler.", subcommands: [Heat.self, Report.self])
}

enum Fuel: String, CaseIterable, ExpressibleByArgument {
    case gas, oil, wood
}

/// `-D inlet user-property name value` in small.
struct Property: MultiWordArgument, Equatable {
    static var valueName: String { "place name value" }
    var place: String
    var name: String
    var value: String

    static func take(from words: inout ArraySlice<String>) throws(UsageError) -> Property {
        guard let place = words.popFirst() else { throw UsageError("a place is missing") }
        guard place == "inlet" || place == "outlet" else { throw UsageError("'\(place)' is no place") }
        guard let name = words.popFirst(), let value = words.popFirst() else {
            throw UsageError("'\(place)' needs a name and a value")
        }
        return Property(place: place, name: name, value: value)
    }
}

struct NetworkOptions: ParsableArguments {
    @Option(.long("host"), help: "The boiler's address.", valueName: "name", environment: "BOILER_HOST")
    var host = "localhost"
    @Option(.long("port"), .short("p"), help: "Its port.") var port: UInt16?

    // Not typed: such a function must count as the protocol's too.
    func validate() throws {
        if port == 0 { throw UsageError("port 0 cannot be reached") }
    }
}

struct Heat: Command {
    static let configuration = CommandConfiguration(
        name: "heat", abstract: "Heat the water.",
        discussion: "The water is heated until it has the temperature.\n\nNothing boils over.",
        examples: [
            Example("boiler heat f60c28 60", "Heat to 60 degrees."),
            Example("boiler heat -wk4 f60c28 60", "The same from wood, with four burners."),
        ],
        exitCodes: [ExitCodeDescription(0, "the water is warm"), ExitCodeDescription(64, "wrong usage")],
        environment: [EnvironmentVariable("NO_COLOR", "Print no colours.")])

    @Argument(help: "Which boiler.") var boilerName: String
    @Argument(help: "Degrees.", valueName: "degrees") var temperature: Double
    @Argument(help: "What to heat for.", completion: .values(["tea", "bath"])) var purpose: String?
    @Option(.long("burners"), .short("k"), help: "How many burners.", valueName: "count") var burners = 2
    @Option(.long("fuel"), help: "What is burnt.", environment: "BOILER_FUEL") var fuel = Fuel.gas
    @Option(.long("dns"), .short("d"), help: "Another name.", valueName: "name", environment: "BOILER_NAMES")
    var names: [String]
    @Option(.long("property"), .short("D"), help: "A property.") var properties: [Property]
    @Option(.long("manual"), help: "Its manual.", valueName: "file") var manual: String?
    @Option(.long("logs"), help: "Where it's logged: [all] of it.", valueName: "directory") var logs = "."
    @Flag(.long("overwrite"), .short("w"), help: "Heat again.") var overwrites: Bool
    @Flag(.long("verbose"), .short("v"), help: "Say more.") var verbosity: Int
    @OptionGroup(title: "Network") var network: NetworkOptions

    mutating func validate() throws(UsageError) {
        if temperature > 100 { throw UsageError("\(Int(temperature)) degrees is steam", hint: "stay below 100") }
    }
}

struct Report: Command {
    static let configuration = CommandConfiguration(
        name: "report", abstract: "Tell how it goes.", subcommands: [Daily.self])
}

/// Keeps `-h` for the host, as mosquitto_pub(1) does.
struct Daily: Command {
    static let configuration = CommandConfiguration(
        name: "daily", abstract: "Tell how the day went.", usage: "[<boiler>] [name=value ...]\n-h HOST",
        helpNames: [.long("help")], shortNamesHeading: "As in boiler_report")

    @Option(.long("host"), .short("h"), help: "The boiler's address.", valueName: "name") var host: String?
    @Option(.long("level"), .short("l"), help: "How much.", valueName: "number") var level: Int
    @Flag(.short("q"), help: "Say less.") var quiet: Bool
    @Argument(help: "Attributes.", valueName: "name=value") var attributes: [String]
}
