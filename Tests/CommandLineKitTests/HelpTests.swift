import CommandLineKit
import Testing

/// Help texts, to the letter.
struct HelpTests {
    @Test func aProgramListsTheCommandsBelowItsGroups() {
        #expect(
            help("--help") == """
                OVERVIEW: Run a boiler.

                USAGE: boiler <subcommand>

                OPTIONS:
                  --version     Show the version.
                  --generate-completion-script <shell>
                                Print a completion script (values: bash, zsh, fish).
                  -h, --help    Show this help.

                SUBCOMMANDS:
                  heat          Heat the water.
                  report daily  Tell how the day went.

                  See 'boiler help <subcommand>' for more.

                """)
    }

    @Test func aCommandShowsDefaultsChoicesVariablesExamplesAndExitCodes() {
        #expect(
            help("heat", "--help") == """
                OVERVIEW: Heat the water.

                The water is heated until it has the temperature.

                Nothing boils over.

                USAGE: boiler heat [<options>] <boiler-name> <degrees> [<purpose>]

                ARGUMENTS:
                  <boiler-name>          Which boiler.
                  <degrees>              Degrees.
                  <purpose>              What to heat for.

                OPTIONS:
                  -k, --burners <count>  How many burners (default: 2).
                  --fuel <fuel>          What is burnt (values: gas, oil, wood; default: gas;
                                         environment: BOILER_FUEL).
                  -d, --dns <name>       Another name (repeatable; environment: BOILER_NAMES).
                  -D, --property <place name value>
                                         A property (repeatable).
                  --manual <file>        Its manual.
                  --logs <directory>     Where it's logged: [all] of it (default: .).
                  -w, --overwrite        Heat again.
                  -v, --verbose          Say more.
                  -h, --help             Show this help.

                NETWORK:
                  --host <name>          The boiler's address (default: localhost; environment:
                                         BOILER_HOST).
                  -p, --port <number>    Its port.

                EXAMPLES:
                  boiler heat f60c28 60
                      Heat to 60 degrees.
                  boiler heat -wk4 f60c28 60
                      The same from wood, with four burners.

                ENVIRONMENT:
                  NO_COLOR  Print no colours.

                EXIT CODES:
                  0   the water is warm
                  64  wrong usage

                """)
    }

    @Test func shortNamesCanHaveASectionOfTheirOwn() {
        #expect(
            help("report", "daily", "--help") == """
                OVERVIEW: Tell how the day went.

                USAGE: boiler report daily [<boiler>] [name=value ...]
                       boiler report daily -h HOST

                ARGUMENTS:
                  <name=value>      Attributes.

                OPTIONS:
                  --host <name>     The boiler's address.
                  --level <number>  How much.
                  -q                Say less.
                  --help            Show this help.

                As in boiler_report:
                  -h --host    -l --level

                """)
    }

    @Test func aGroupListsItsCommands() {
        let expected = """
            OVERVIEW: Tell how it goes.

            USAGE: boiler report <subcommand>

            OPTIONS:
              -h, --help  Show this help.

            SUBCOMMANDS:
              daily       Tell how the day went.

              See 'boiler help report <subcommand>' for more.

            """
        #expect(help("report", "--help") == expected)
        #expect(help("report") == expected)
        #expect(help("help", "report") == expected)
    }

    @Test func aProgramWithoutSubcommandsListsItsOwnOptionsInItsUsage() {
        #expect(
            help("-h", root: Kettle.self) == """
                OVERVIEW: Boil water.

                USAGE: kettle --volume <number> [--whistle] [<tea> ...]

                ARGUMENTS:
                  <tea>              Which tea.

                OPTIONS:
                  --volume <number>  Litres.
                  --whistle          Whistle when done.
                  --version          Show the version.
                  --generate-completion-script <shell>
                                     Print a completion script (values: bash, zsh, fish).
                  -h, --help         Show this help.

                """)
    }

    @Test(arguments: [40, 60, 80, 120])
    func noLineOfTextIsWiderThanAsked(width: Int) {
        let lines = help("heat", "--help", width: width).split(separator: "\n")
        let wide = lines.filter { $0.count > width && !$0.hasPrefix("USAGE") && !$0.hasPrefix("  -D") }
        #expect(wide.isEmpty)
    }

    private func help(_ words: String..., root: any Command.Type = Boiler.self, width: Int = 80) -> String {
        let parser = CommandLineParser(root: root, environment: [:], width: width)
        guard case .help(let text) = parser.parse(words) else {
            Issue.record("\(words) did not give a help text")
            return ""
        }
        return text
    }
}

/// A program that is one command.
struct Kettle: Command {
    static let configuration = CommandConfiguration(name: "kettle", abstract: "Boil water.")

    @Argument(help: "Which tea.") var tea: [String]
    @Option(help: "Litres.") var volume: Double
    @Flag(help: "Whistle when done.") var whistle: Bool
}
