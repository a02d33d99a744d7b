import CommandLineKit
import Testing

/// Mistakes in declarations, which a program's own tests can find.
struct DeclarationTests {
    @Test func thereIsNothingWrongWithTheSamples() {
        #expect(CommandLineParser(root: Boiler.self, environment: [:]).declarationProblems == [])
        #expect(CommandLineParser(root: Kettle.self, environment: [:]).declarationProblems == [])
    }

    @Test func mistakesAreNamed() {
        #expect(
            CommandLineParser(root: Faulty.self, environment: [:]).declarationProblems == [
                "faulty: there is no abstract", "faulty: two subcommands are called 'part'",
                "faulty: a command with subcommands cannot have arguments of its own",
                "faulty: there is no help for '--level'", "faulty part: two options are called '-h'",
                "faulty part: two arguments are called '<name>'",
                "faulty part: '<name>' takes all that are left, and is not the last",
                "faulty part: two options are called '-h'", "faulty part: two arguments are called '<name>'",
                "faulty part: '<name>' takes all that are left, and is not the last",
            ])
    }

    @Test func propertiesThatAreNoDeclarationsAreLeftAlone() {
        guard case .run(let command as Mixed) = CommandLineParser(root: Mixed.self, environment: [:]).parse(["-k3"])
        else {
            Issue.record("not parsed")
            return
        }
        #expect(command.level == 3 && command.doubled == 6)
    }
}

private struct Faulty: Command {
    static let configuration = CommandConfiguration(
        name: "faulty", abstract: "", subcommands: [FaultyPart.self, FaultyPart.self])
    @Option var level = 3
}

private struct FaultyPart: Command {
    static let configuration = CommandConfiguration(name: "part", abstract: "Take part.")
    @Argument(help: "Names.") var name: [String]
    @Argument(help: "Another.", valueName: "name") var other: String
    @Option(.long("host"), .short("h"), help: "A host.") var host: String?
}

/// Works out in `validate()` what it keeps beside its declared properties.
private struct Mixed: Command {
    static let configuration = CommandConfiguration(name: "mixed", abstract: "Mix.")
    @Option(.short("k"), help: "A level.") var level = 2
    var doubled = 0

    mutating func validate() throws(UsageError) { doubled = level * 2 }
}
