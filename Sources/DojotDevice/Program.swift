import CommandLineKit

/// The one place that turns what a command line asks for, and what becomes of it, into output and an exit code.
enum Program {
    /// Runs a command line to its end. Standard output is closed afterwards.
    static func run(_ arguments: [String]) -> ExitCode {
        let (code, isReported) = execute(arguments)
        guard let failure = StandardOutput.close(), !isReported else { return code }
        Console.error(failure)
        return failure.exitCode
    }

    /// - Returns: the exit code, and whether the reason for it is on standard error. Where it is not, standard output has the
    ///   result, such as the report of a check that failed.
    private static func execute(_ arguments: [String]) -> (code: ExitCode, isReported: Bool) {
        let parser = CommandLineParser(root: DojotDevice.self, width: Console.helpWidth) { Environment[$0] }
        switch parser.parse(arguments) {
        case .run(let command): return run(command, parser)
        case .help(let text), .completionScript(let text): Console.write(text, to: 1)
        case .version: for line in Version.lines { Console.result(line) }
        case .usage(let error, let command): return (report(error, of: command, parser), true)
        }
        return (.success, false)
    }

    private static func run(_ command: any Command, _ parser: CommandLineParser) -> (code: ExitCode, isReported: Bool) {
        var command = command
        do {
            try command.run()
            return (.success, false)
        } catch let error as UsageError {
            return (report(error, of: parser.name(of: command), parser), true)
        } catch let ending as Ending {
            return (ending.exitCode, false)
        } catch {
            let failure = Failure(error)
            Console.error(failure)
            // What a check found is in the output.
            return (failure.exitCode, failure.exitCode != .checkFailed)
        }
    }

    private static func report(_ error: UsageError, of command: String, _ parser: CommandLineParser) -> ExitCode {
        Console.error(Failure(.usage, error.message, hint: error.hint))
        Console.write(parser.advice(for: command) + "\n", to: 2)
        return .usage
    }
}
