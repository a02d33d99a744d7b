import Foundation
import TestSupport
import Testing

/// Where the README's command lines run as they stand there: a sandbox, a folder, and the built programs on `PATH`.
struct ReadmeStage {
    let fleet: FleetFolder
    private let environment: [String: String]

    /// - Parameter devices: those that the sandbox has from the start.
    init(devices: [String]) throws {
        fleet = try FleetFolder(on: "0.8", devices: devices)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        environment = fleet.retrieval.sandbox.credentials.merging(
            ["PATH": "\(Programs.folder.path):\(path)", "LC_ALL": "C.UTF-8"]) { $1 }
    }

    /// The one command line under a heading that holds a text.
    static func command(_ text: String, under heading: String) throws -> Readme.Command {
        let found = try Readme.commands(under: heading).filter { $0.line.contains(text) }
        guard found.count == 1 else { throw SupportError("\(found.count) lines under '\(heading)' hold '\(text)'") }
        return found[0]
    }

    /// Runs one to its end; its standard error is in its standard output, in the order of printing.
    func run(_ command: Readme.Command, _ changes: KeyValuePairs<String, String>) throws -> Outcome {
        try Child.run(
            "/bin/sh", ["-c", "exec 2>&1\n" + Self.changed(command.line, changes)], environment: environment,
            in: fleet.retrieval.folder.path, timeout: 120)
    }

    /// Starts one.
    func start(_ command: Readme.Command, _ changes: KeyValuePairs<String, String>) throws -> Child {
        try Child.start(
            "/bin/sh", ["-c", "exec 2>&1\nexec " + Self.changed(command.line, changes)], environment: environment,
            in: fleet.retrieval.folder.path)
    }

    /// Starts one on a terminal.
    func terminal(_ command: Readme.Command, _ changes: KeyValuePairs<String, String>) throws -> PseudoTerminal {
        try PseudoTerminal(
            "/bin/sh", ["-c", "exec " + Self.changed(command.line, changes)], environment: environment,
            in: fleet.retrieval.folder.path, columns: 200)
    }

    /// Compares what a command printed with what the README shows, but for what differs each time.
    static func expect(
        _ printed: [String], isAs shown: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            OutputShape.of(printed.withoutEmptyEnd) == OutputShape.of(shown.withoutEmptyEnd),
            "\(printed.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    /// The text with other addresses and less of everything: a README's run takes half a minute, and a thousand devices.
    ///
    /// - Throws: where the README no longer has what is changed.
    static func changed(_ text: String, _ changes: KeyValuePairs<String, String>) throws -> String {
        var text = text
        for (old, new) in changes {
            guard text.contains(old) else { throw SupportError("there is no '\(old)' in '\(text)'") }
            text = text.replacingOccurrences(of: old, with: new)
        }
        return text
    }
}
