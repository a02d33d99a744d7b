import CommandLineKit

/// The one place that turns what a command line asks for, and what becomes of it, into output and an exit code.
enum Program {
    static func run(_ arguments: [String]) -> ExitCode {
        let parser = CommandLineParser(root: DojotDevice.self, width: Console.helpWidth) { Environment[$0] }
        switch parser.parse(arguments) {
        case .run(let command): return run(command, parser)
        case .help(let text), .completionScript(let text): Console.write(text, to: 1)
        case .version: for line in Version.lines { Console.result(line) }
        case .usage(let error, let command): return report(error, of: command, parser)
        }
        return .success
    }

    private static func run(_ command: any Command, _ parser: CommandLineParser) -> ExitCode {
        var command = command
        do {
            try command.run()
            return .success
        } catch let error as UsageError {
            return report(error, of: parser.name(of: command), parser)
        } catch let ending as Ending {
            return ending.exitCode
        } catch {
            let failure = Failure(error)
            Console.error(failure)
            return failure.exitCode
        }
    }

    private static func report(_ error: UsageError, of command: String, _ parser: CommandLineParser) -> ExitCode {
        Console.error(Failure(.usage, error.message, hint: error.hint))
        Console.write(parser.advice(for: command) + "\n", to: 2)
        return .usage
    }
}
