import CommandLineKit
import Testing

/// What comes of command lines: the values, or the error.
struct ParsingTests {
    @Test(arguments: [
        ("heat f 60", "f 60 - 2/default gas [] [] false 0 localhost -"),
        ("heat f 60 tea", "f 60 tea 2/default gas [] [] false 0 localhost -"),
        ("heat -k 4 f 60", "f 60 - 4/commandLine gas [] [] false 0 localhost -"),
        ("heat -k4 f 60", "f 60 - 4/commandLine gas [] [] false 0 localhost -"),
        ("heat -k=4 f 60", "f 60 - 4/commandLine gas [] [] false 0 localhost -"),
        ("heat --burners 4 f 60", "f 60 - 4/commandLine gas [] [] false 0 localhost -"),
        ("heat --burners=4 f 60", "f 60 - 4/commandLine gas [] [] false 0 localhost -"),
        ("heat f --burners=4 60 --overwrite", "f 60 - 4/commandLine gas [] [] true 0 localhost -"),
        ("heat f 60 -k 1 -k 3", "f 60 - 3/commandLine gas [] [] false 0 localhost -"),
        ("heat f 60 -k -3", "f 60 - -3/commandLine gas [] [] false 0 localhost -"),
        ("heat f -60 --fuel wood", "f -60 - 2/default wood [] [] false 0 localhost -"),
        ("heat f -.5", "f -0.5 - 2/default gas [] [] false 0 localhost -"),
        ("heat f 60 -wvv", "f 60 - 2/default gas [] [] true 2 localhost -"),
        ("heat f 60 -vwk4", "f 60 - 4/commandLine gas [] [] true 1 localhost -"),
        ("heat f 60 -vwk 4 tea", "f 60 tea 4/commandLine gas [] [] true 1 localhost -"),
        ("heat f 60 -d a --dns b -dc", "f 60 - 2/default gas [a,b,c] [] false 0 localhost -"),
        ("heat f 60 --host h -p 80", "f 60 - 2/default gas [] [] false 0 h 80"),
        ("heat f 60 -D inlet a b tea", "f 60 tea 2/default gas [] [inlet:a:b] false 0 localhost -"),
        (
            "heat f 60 -Dinlet a b --property=outlet c -d tea",
            "f 60 tea 2/default gas [] [inlet:a:b,outlet:c:-d] false 0 localhost -"
        ),
        ("heat f 60 -- -k", "f 60 -k 2/default gas [] [] false 0 localhost -"),
        ("heat -- f 60 --", "f 60 -- 2/default gas [] [] false 0 localhost -"),
        ("heat f 60 -", "f 60 - 2/default gas [] [] false 0 localhost -"),
        ("heat f 60 a=b", "f 60 a=b 2/default gas [] [] false 0 localhost -"),
        ("heat f 60 --dns=", "f 60 - 2/default gas [] [] false 0 localhost -"),
    ])
    func values(line: String, expected: String) {
        #expect(outcome(line) == expected)
    }

    private func outcome(_ line: String, environment: [String: String] = [:]) -> String {
        let words = line.split(separator: " ").map(String.init)
        switch CommandLineParser(root: Boiler.self, environment: environment).parse(words) {
        case .run(let command as Heat): return describe(command)
        case .run(let command): return "\(command)"
        case .help(let text): return "help " + text.prefix { $0 != "\n" }
        case .version: return "version"
        case .completionScript: return "completion script"
        case .usage(let error, let command): return "\(command): \(error.message); \(error.hint ?? "-")"
        }
    }

    private func describe(_ heat: Heat) -> String {
        let properties = heat.properties.map { "\($0.place):\($0.name):\($0.value)" }.joined(separator: ",")
        return [
            heat.boilerName, heat.temperature.defaultValueDescription, heat.purpose ?? "-",
            "\(heat.burners)/\(heat.$burners.source)", heat.fuel.rawValue, "[\(heat.names.joined(separator: ","))]",
            "[\(properties)]", "\(heat.overwrites)", "\(heat.verbosity)", heat.network.host,
            heat.network.port.map { "\($0)" } ?? "-",
        ].joined(separator: " ")
    }
}
