import CommandLineKit
import Glibc
import Sandbox
import Threads

/// From the words of the command line to the exit code, which is one of sysexits.h(3).
enum Program {
    static let name = "dojot-sandbox"
    static let version = "0.1.0"

    static func run(_ arguments: [String]) -> Int32 {
        InheritedDescriptors.keepFromChildren()
        let parser = CommandLineParser(root: SandboxCommand.self, environment: ProcessEnvironment.variables)
        switch parser.parse(arguments) {
        case .help(let text), .completionScript(let text):
            return writeResult(text)
        case .version:
            return writeResult("\(name) \(version)\n\(SandboxVersions.text)\n")
        case .usage(let error, let command):
            report(error.message, error.hint)
            Output.write(parser.advice(for: command) + "\n", to: 2)
            return 64
        case .run(var command):
            do {
                try command.run()
                return 0
            } catch let error as SandboxError {
                return report(error)
            } catch {
                report("\(error)", nil)
                return 1
            }
        }
    }

    private static func writeResult(_ text: String) -> Int32 {
        Output.write(text, to: STDOUT_FILENO) ? 0 : report(Output.failure)
    }

    private static func report(_ error: SandboxError) -> Int32 {
        report(error.message, error.hint)
        return exitCode(of: error)
    }

    private static func report(_ message: String, _ hint: String?) {
        Output.note("\(name): error: \(message)")
        if let hint { Output.note("hint: \(hint)") }
    }

    private static func exitCode(of error: SandboxError) -> Int32 {
        switch error.code {
        case .options: 64
        case .missing, .portInUse, .folderInUse, .broker, .server: 69
        case .file: 74
        case .unsafeFolder: 77
        case .cryptography: 1
        }
    }
}
