import CommandLineKit

@testable import DojotDevice
@testable import DojotSandbox

extension FuzzTarget {
    /// Whole command lines of dojot-device, a word a line.
    static let commandLine = FuzzTarget("command-line", longest: 1024) { bytes in
        try check(bytes.words, root: DojotDevice.self)
    }

    /// Whole command lines of dojot-sandbox, a word a line.
    static let sandboxCommandLine = FuzzTarget("sandbox-command-line", longest: 1024) { bytes in
        try check(bytes.words, root: SandboxCommand.self)
    }

    private static func check(_ words: [String], root: any Command.Type) throws {
        let parser = CommandLineParser(root: root, environment: [:])
        switch parser.parse(words) {
        case .usage(let error, let command):
            try require(!error.message.isEmpty, "an error says nothing")
            try require(parser.advice(for: command).hasPrefix("usage: "), "there is no advice")
        case .run, .help, .version, .completionScript: break
        }
    }
}
