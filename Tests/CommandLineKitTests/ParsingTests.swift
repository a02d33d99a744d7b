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

    @Test(arguments: [
        ("", "help OVERVIEW: Run a boiler."),
        ("-h", "help OVERVIEW: Run a boiler."),
        ("help", "help OVERVIEW: Run a boiler."),
        ("report", "help OVERVIEW: Tell how it goes."),
        ("help heat", "help OVERVIEW: Heat the water."),
        ("help report daily", "help OVERVIEW: Tell how the day went."),
        ("heat -h", "help OVERVIEW: Heat the water."),
        ("heat f 60 -wh", "help OVERVIEW: Heat the water."),
        ("heat --overwrit --help", "help OVERVIEW: Heat the water."),
        ("heat f 60 -- --help", "f 60 --help 2/default gas [] [] false 0 localhost -"),
        ("report daily --help -l x", "help OVERVIEW: Tell how the day went."),
        ("--version", "version"),
        ("--generate-completion-script bash", "completion script"),
        ("--generate-completion-script=fish", "completion script"),
    ])
    func whatIsNoRun(line: String, expected: String) {
        #expect(outcome(line) == expected)
    }

    @Test(arguments: [
        ("--verson", "boiler: unknown option '--verson'; did you mean '--version'?"),
        ("--overwrite heat", "boiler: unknown option '--overwrite'; options stand after the subcommand"),
        ("heta", "boiler: unknown subcommand 'heta'; did you mean 'heat'?"),
        ("repo", "boiler: unknown subcommand 'repo'; did you mean 'report'?"),
        ("xyz", "boiler: unknown subcommand 'xyz'; there is heat, report"),
        ("report weekly", "boiler report: unknown subcommand 'weekly'; boiler report daily weekly"),
        ("help hea", "boiler: unknown subcommand 'hea'; did you mean 'heat'?"),
        ("--generate-completion-script", "boiler: '--generate-completion-script' needs a shell: bash, zsh, fish; -"),
        (
            "--generate-completion-script=tcsh",
            "boiler: '--generate-completion-script': 'tcsh' is none of bash, zsh, fish; -"
        ),
        ("heat f 60 --overwrit", "boiler heat: unknown option '--overwrit'; did you mean '--overwrite'?"),
        ("heat f 60 --burnres 3", "boiler heat: unknown option '--burnres'; did you mean '--burners'?"),
        ("heat f 60 --fule=gas", "boiler heat: unknown option '--fule'; did you mean '--fuel'?"),
        ("heat f 60 --xyz", "boiler heat: unknown option '--xyz'; -"),
        ("heat f 60 --version", "boiler heat: unknown option '--version'; -"),
        ("heat f 60 -x", "boiler heat: unknown option '-x'; -"),
        ("heat f 60 -wx", "boiler heat: unknown option '-x' in '-wx'; -"),
        ("heat f 60 -fuel gas", "boiler heat: unknown option '-fuel'; did you mean '--fuel'?"),
        ("heat f 60 --overwrite=yes", "boiler heat: '--overwrite' takes no value; -"),
        ("heat f 60 --burners", "boiler heat: '--burners' needs a value: <count>; -"),
        ("heat f 60 -k", "boiler heat: '-k' needs a value: <count>; -"),
        (
            "heat f 60 --dns --overwrite",
            "boiler heat: '--dns' needs a value: <name>, and '--overwrite' is an option; "
                + "if it is meant as the value, write '--dns=--overwrite'"
        ),
        (
            "heat f 60 -d -w",
            "boiler heat: '-d' needs a value: <name>, and '-w' is an option; if it is meant as the value, write '-d-w'"
        ),
        ("heat f 60 -k many", "boiler heat: '-k': 'many' is not a whole number; -"),
        ("heat f 60 --burners=", "boiler heat: '--burners': '' is not a whole number; -"),
        (
            "heat f 60 -k 99999999999999999999",
            "boiler heat: '-k': '99999999999999999999' is not between -9223372036854775808 and 9223372036854775807; -"
        ),
        ("heat f 60 --port 65536", "boiler heat: '--port': '65536' is not between 0 and 65535; -"),
        ("heat f 60 --port -1", "boiler heat: '--port': '-1' is not between 0 and 65535; -"),
        (
            "heat f 60 --fuel woot",
            "boiler heat: '--fuel': 'woot' is none of gas, oil, wood; did you mean 'wood'?"
        ),
        ("heat f 60 --fuel x", "boiler heat: '--fuel': 'x' is none of gas, oil, wood; -"),
        ("heat f hot", "boiler heat: '<degrees>': 'hot' is not a number; -"),
        ("heat f inf", "boiler heat: '<degrees>': 'inf' is not a number; -"),
        ("heat f", "boiler heat: missing argument '<degrees>'; -"),
        ("heat", "boiler heat: missing argument '<boiler-name>'; -"),
        ("heat f 60 tea now", "boiler heat: unexpected argument 'now'; -"),
        ("heat f 60 -D roof a b", "boiler heat: '-D': 'roof' is no place; -"),
        ("heat f 60 -D inlet a", "boiler heat: '-D': 'inlet' needs a name and a value; -"),
        ("heat f 101", "boiler heat: 101 degrees is steam; stay below 100"),
        ("heat f 60 -p 0", "boiler heat: port 0 cannot be reached; -"),
        ("report daily a=b", "boiler report daily: missing option '--level'; -"),
    ])
    func usageErrors(line: String, expected: String) {
        #expect(outcome(line) == expected)
    }

    @Test(arguments: [
        ("heat f 60", ["BOILER_HOST": "h"], "f 60 - 2/default gas [] [] false 0 h -"),
        ("heat f 60 --host i", ["BOILER_HOST": "h"], "f 60 - 2/default gas [] [] false 0 i -"),
        ("heat f 60 --host=", ["BOILER_HOST": "h"], "f 60 - 2/default gas [] [] false 0  -"),
        ("heat f 60", ["BOILER_HOST": ""], "f 60 - 2/default gas [] [] false 0 localhost -"),
        ("heat f 60", ["BOILER_NAMES": "a,b"], "f 60 - 2/default gas [a,b] [] false 0 localhost -"),
        ("heat f 60 -dc -dd", ["BOILER_NAMES": "a,b"], "f 60 - 2/default gas [c,d] [] false 0 localhost -"),
        ("heat f 60", ["BOILER_FUEL": "oil"], "f 60 - 2/default oil [] [] false 0 localhost -"),
        (
            "heat f 60", ["BOILER_FUEL": "coal"],
            "boiler heat: environment variable BOILER_FUEL: 'coal' is none of gas, oil, wood; -"
        ),
    ])
    func environmentValues(line: String, environment: [String: String], expected: String) {
        #expect(outcome(line, environment: environment) == expected)
    }

    @Test func anyWordsEndInAnAnswer() {
        let words = [
            "heat", "report", "daily", "help", "-", "--", "-w", "-wv", "-k", "-k4", "-k=", "--burners", "--burners=",
            "=",
            "--fuel=oil", "-D", "inlet", "a", "60", "-60", "-é", "--é=é", "", " ", "--help", "-h", "--version", "-d-w",
        ]
        // A linear congruential generator, so that a failure comes again.
        var state: UInt64 = 1
        func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var runs = 0
        var helps = 0
        var errors = 0
        for _ in 0..<1000 {
            let line = (0..<next(below: 8)).map { _ in words[next(below: words.count)] }
            switch CommandLineParser(root: Boiler.self, environment: [:]).parse(["heat"] + line) {
            case .run: runs += 1
            case .help(let text):
                helps += 1
                #expect(text.hasPrefix("OVERVIEW: Heat"))
            case .usage(let error, let command):
                errors += 1
                #expect(!error.message.isEmpty && command == "boiler heat")
            case .version, .completionScript: Issue.record("\(line) is for the program alone")
            }
        }
        #expect(runs > 0 && helps > 0 && errors > 0)
    }

    @Test func aValueKnowsItsSource() {
        let parser = CommandLineParser(root: Boiler.self, environment: ["BOILER_FUEL": "oil"])
        guard case .run(let command as Heat) = parser.parse(["heat", "f", "60", "-v"]) else {
            Issue.record("not parsed")
            return
        }
        #expect(command.$temperature.source == .commandLine)
        #expect(command.$verbosity.source == .commandLine)
        #expect(command.$fuel.source == .environment)
        #expect(command.$burners.source == .default)
        #expect(command.$purpose.source == .default)
    }

    @Test func anEmptyWordIsAValue() {
        let parser = CommandLineParser(root: Boiler.self, environment: [:])
        guard case .run(let command as Heat) = parser.parse(["heat", "", "60", "", "--dns", "", "--manual", ""]) else {
            Issue.record("not parsed")
            return
        }
        #expect(command.boilerName == "" && command.purpose == "" && command.names == [""] && command.manual == "")
    }

    @Test func twoCommandLinesDoNotShareValues() {
        let parser = CommandLineParser(root: Boiler.self, environment: [:])
        guard case .run(let first as Heat) = parser.parse(["heat", "f", "60", "-k4", "-da"]),
            case .run(let second as Heat) = parser.parse(["heat", "g", "50"])
        else {
            Issue.record("not parsed")
            return
        }
        #expect(first.burners == 4 && first.names == ["a"])
        #expect(second.burners == 2 && second.names == [])
    }

    @Test(arguments: [
        ("boiler", "usage: boiler <subcommand>\nsee 'boiler --help'"),
        (
            "boiler heat",
            "usage: boiler heat [<options>] <boiler-name> <degrees> [<purpose>]\nsee 'boiler heat --help'"
        ),
        (
            "boiler report daily",
            """
            usage: boiler report daily [<boiler>] [name=value ...]
                   boiler report daily -h HOST
            see 'boiler report daily --help'
            """
        ),
    ])
    func adviceAfterAnError(command: String, expected: String) {
        #expect(CommandLineParser(root: Boiler.self, environment: [:]).advice(for: command) == expected)
    }

    @Test func aCommandIsFoundByItsType() {
        #expect(CommandLineParser(root: Boiler.self, environment: [:]).name(of: Daily()) == "boiler report daily")
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
