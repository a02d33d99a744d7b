import Foundation
import TestSupport

/// Where the command lines of one transcript run: a folder, an environment and perhaps a sandbox.
struct TranscriptStage {
    private let folder: TemporaryFolder
    /// Where a sandbox with `--dir {STATE}` keeps its state, the key of its CA included.
    private let state: TemporaryFolder
    private let sandbox: RunningSandbox?
    private var environment: [String: String] = [:]
    private var values: [(name: String, value: String)] = []

    init(for transcript: Transcript) throws {
        let state = try TemporaryFolder()
        (folder, self.state) = (try TemporaryFolder(), state)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        environment = ["PATH": "\(Programs.folder.path):\(path)", "HOME": folder.path, "LC_ALL": "C.UTF-8"]
        if let arguments = transcript.options("sandbox").first {
            let words = arguments.split(separator: " ").map { $0 == "{STATE}" ? state.path : String($0) }
            let sandbox = try RunningSandbox.start(words)
            environment.merge(sandbox.credentials) { $1 }
            values = [
                ("{GATEWAY}", sandbox.ready.gateway), ("{GATEWAY_PORT}", "\(sandbox.gatewayPort)"),
                ("{PORT}", "\(sandbox.port)"), ("{SANDBOX}", sandbox.ready.dir),
            ]
            if let https = sandbox.ready.https, let authority = sandbox.ready.httpsCA {
                values += [("{HTTPS}", https), ("{HTTPS_CA}", authority)]
            }
            if sandbox.unsecuredPort != 0 { values.append(("{UNSECURED_PORT}", "\(sandbox.unsecuredPort)")) }
            self.sandbox = sandbox
        } else {
            sandbox = nil
        }
        values.append(("{DIR}", folder.path))
        for setting in transcript.options("env") {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            environment[parts[0]] = filled(parts.count > 1 ? parts[1] : "")
        }
    }

    /// Runs a command line; its standard error is in its standard output, in the order of printing.
    func run(_ command: String) throws -> Outcome {
        try Child.run(
            "/bin/sh", ["-c", "exec 2>&1\n" + filled(command)], environment: environment, in: folder.path)
    }

    /// The text with values in place of the placeholders.
    func filled(_ text: String) -> String {
        values.reduce(text) { $0.replacingOccurrences(of: $1.name, with: $1.value) }
    }

    /// The text with placeholders in place of the values.
    func emptied(_ text: String) -> String {
        values.reduce(text) { $0.replacingOccurrences(of: $1.value, with: $1.name) }
    }
}
