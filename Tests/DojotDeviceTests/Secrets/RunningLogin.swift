import Foundation
import TestSupport

/// `retrieve-cert` that was given a password in one way, and that goes on as long as the test lets it.
final class RunningLogin {
    let process: pid_t
    private let child: Child?
    private let terminal: PseudoTerminal?
    private let sandbox: RunningSandbox

    init(_ retrieval: Retrieval, _ way: ProcessMemoryTests.Way) throws {
        sandbox = retrieval.sandbox
        let ready = sandbox.ready
        let (program, folder, password) = (Programs.path("dojot-device"), retrieval.folder, ready.password)
        let gateway = way == .environmentOverHTTPS ? ready.https ?? "" : ready.gateway
        let arguments = ["retrieve-cert", gateway, "f60c28", "--username", "admin"]
        if way == .terminal {
            let terminal = try PseudoTerminal(program, arguments, in: folder.path)
            (self.terminal, child, process) = (terminal, nil, terminal.processIdentifier)
            guard terminal.waitFor("password for admin: "), terminal.waitUntil({ !terminal.hasEcho }) else {
                throw SupportError("no question: \(terminal.screen)")
            }
            terminal.type(password + "\n")
            return
        }
        let (more, environment): ([String], [String: String]) =
            switch way {
            case .environment, .terminal: ([], ["DOJOT_PASSWORD": password])
            case .environmentOverHTTPS: (["--https-ca", ready.httpsCA ?? ""], ["DOJOT_PASSWORD": password])
            case .file: (["--password-file", try folder.write("\(password)\n", to: "password")], [:])
            case .input: (["--password-stdin"], [:])
            }
        let child = try Child.start(program, arguments + more, environment: environment, in: folder.path)
        (self.child, terminal, process) = (child, nil, child.processIdentifier)
        if way == .input { child.write("\(password)\n") }
    }

    deinit {
        child?.signal(SIGKILL)
        terminal?.signal(SIGKILL)
    }

    var shown: String { child?.errorSoFar ?? terminal?.screen ?? "" }

    /// Waits until it has logged in, and the request that comes next is with the platform, which does not answer.
    func waitForLogin() -> Bool {
        guard child?.waitFor(error: "logged in as") ?? terminal?.waitFor("logged in as") ?? false else { return false }
        let end = Date(timeIntervalSinceNow: 20)
        while Date() < end {
            if (try? sandbox.request("GET", "/_sandbox/faults"))?.body.contains(#""happened":1"#) == true {
                return true
            }
            usleep(20_000)
        }
        return false
    }
}

extension ProcessMemoryTests.Way {
    /// What the sandbox needs for it.
    var options: [String] { self == .environmentOverHTTPS ? ["--https"] : [] }
}
