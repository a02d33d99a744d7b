import Foundation
import TestSupport
import Testing

/// A password is in memory no longer than it is needed, and what is in memory is in no core file and in no child's environment.
@Suite("Secrets in memory")
struct ProcessMemoryTests {
    /// How a password can be given.
    enum Way: String, CaseIterable { case environment, file, input, terminal, environmentOverHTTPS }

    /// Only root may look into a process that keeps its memory to itself.
    private static let mayLook = geteuid() == 0 && KeyModeTests.isPermitted

    @Test(
        "the password is nowhere in it once the login is done, however it was given",
        .enabled(if: mayLook, "only root may read another process's memory"), arguments: Way.allCases)
    func password(way: Way) throws {
        let retrieval = try Retrieval(
            ["--user", "admin:\(TestSecrets.password)-and-longer-than-what-is-put-in-its-place"] + way.options)
        // What comes next waits for ever: nothing is overwritten by chance.
        try retrieval.inject("GET * stall")
        let running = try RunningLogin(retrieval, way)
        #expect(running.waitForLogin(), "\(running.shown)")
        // The search finds what there is.
        #expect(try count("f60c28", in: running.process) > 0)
        #expect(try count(TestSecrets.password, in: running.process) == 0)
        #expect(try count("longer-than-what-is-put-in-its-place", in: running.process) == 0)
        #expect(!(try environment(of: running.process).contains(TestSecrets.password)))
    }

    @Test(
        "a token is in it while it is needed, and nowhere once it is not",
        .enabled(if: mayLook, "only root may read another process's memory"))
    func token() throws {
        let retrieval = try Retrieval(on: "0.8", ["--certificate-life", "60"])
        // The first part of all the platform's tokens.
        let beginning = "\(try #require(retrieval.sandbox.logIn().split(separator: ".").first))."
        try retrieval.inject("POST /x509/v1/certificates delay=2 count=1")
        let watch = try retrieval.start(["renew", "f60c28", "--watch", "--expires-within", "55s"])
        defer { watch.signal(SIGKILL) }
        #expect(watch.waitFor(error: "asking for"), "\(watch.errorSoFar)")
        #expect(try count(beginning, in: watch.processIdentifier) > 0)
        #expect(watch.waitFor(output: "renewed, "), "\(watch.errorSoFar)")
        let end = Date(timeIntervalSinceNow: 3)
        while try Date() < end && count(beginning, in: watch.processIdentifier) > 0 { usleep(20_000) }
        #expect(try count(beginning, in: watch.processIdentifier) == 0)
    }

    @Test(
        "a key is in it, but not in PEM, once it is on disk",
        .enabled(if: mayLook, "only root may read another process's memory"))
    func key() throws {
        let retrieval = try Retrieval()
        try retrieval.inject("POST /sign/* stall")
        let child = try Child.start(
            Programs.path("dojot-device"), ["retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28"],
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        defer { child.signal(SIGKILL) }
        #expect(child.waitFor(error: "asking for the signature of"), "\(child.errorSoFar)")
        for line in try lines(ofKeyIn: retrieval.folder.read("certs/.identities/f60c28/pending.pem")) {
            #expect(try count(line, in: child.processIdentifier) == 0)
        }
    }

    @Test(
        "a key is in it, but not in PEM, while a connection lasts",
        .enabled(if: mayLook, "only root may read another process's memory"))
    func connectedKey() throws {
        let retrieval = try Retrieval(on: "0.4")
        let child = try retrieval.start(["subscribe", "config", "f60c28", "-d"])
        defer { child.signal(SIGKILL) }
        #expect(child.waitFor(error: "received SUBACK"), "\(child.errorSoFar)")
        for line in try lines(ofKeyIn: retrieval.folder.read("certs/f60c28.key")) {
            #expect(try count(line, in: child.processIdentifier) == 0)
        }
    }

    /// Twenty lines of a key's PEM.
    private func lines(ofKeyIn text: String) throws -> [String] {
        let lines = text.split(separator: "\n").map(String.init)
        let begin = try #require(lines.firstIndex { $0.hasPrefix("-----BEGIN PRIVATE") })
        return Array(lines[(begin + 1)...(begin + 20)])
    }

    @Test(
        "a password is in no core file, though one may be written",
        .enabled(if: dumpsCore, "this machine writes no core files"), arguments: [SIGABRT, SIGSEGV])
    func core(signal: Int32) throws {
        let retrieval = try Retrieval()
        try retrieval.inject("POST /auth stall")
        let login = [Programs.path("dojot-device"), "login", retrieval.sandbox.ready.gateway]
        let end = try Self.end(login, by: signal, in: retrieval.folder, retrieval.sandbox.credentials) {
            // The password is sent: it is held until there is an answer.
            while try !retrieval.sandbox.request("GET", "/_sandbox/faults").body.contains(#""happened":1"#) {
                usleep(20_000)
            }
        }
        #expect(end.contains("$@") && !end.contains("core dumped"), "\(end)")
    }

    private static let dumpsCore: Bool = {
        guard Sanitizer.isAbsent, let folder = try? TemporaryFolder(),
            let end = try? end(["sleep", "60"], by: SIGABRT, in: folder, [:], when: {})
        else { return false }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            unlink(folder.path(name))
        }
        return end.contains("core dumped")
    }()

    /// Ends a program by a signal, with no limit on core files, and gives what bash says of it: also whether the kernel made a core file,
    /// wherever core_pattern puts it (WCOREDUMP, see wait(2)).
    private static func end(
        _ words: [String], by signal: Int32, in folder: TemporaryFolder, _ environment: [String: String],
        when isReady: () throws -> Void
    ) throws -> String {
        let script = #"ulimit -c unlimited; "$@" & echo $!; wait $!"#
        let shell = try Child.start(
            Programs.installed("bash") ?? "bash", ["-c", script, "bash"] + words, environment: environment,
            in: folder.path)
        guard let process = shell.readLine().flatMap({ pid_t($0) }) else { throw SupportError("no process") }
        try isReady()
        kill(process, signal)
        return shell.wait(timeout: 20).stderr
    }

    @Test("a hook's environment has neither password nor token, nor has ours any more")
    func hook() throws {
        let retrieval = try Retrieval(on: "0.8")
        let token = try retrieval.sandbox.logIn()
        let command = "env; echo PARENT; tr '\\0' '\\n' </proc/$PPID/environ 2>&1 || true"
        for secrets in [[:], ["DOJOT_TOKEN": token]] as [[String: String]] {
            let environment = retrieval.sandbox.credentials.merging(secrets) { $1 }
            let outcome = try retrieval.program(
                ["renew", "f60c28", "--force", "--deploy-hook", command], environment: environment)
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stderr.contains("DOJOT_KEY=") && outcome.stderr.contains("PARENT"))
            let own = outcome.stderr.components(separatedBy: "PARENT")[0]
            #expect(!own.contains("DOJOT_TOKEN=") && !own.contains("DOJOT_PASSWORD="))
            // Of ours, proc(5) shows the names still, with nothing behind them.
            #expect(!outcome.stderr.contains(token) && !outcome.stderr.contains(TestSecrets.password))
        }
    }

    private func environment(of process: pid_t) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/environ")), as: UTF8.self)
    }

    /// How often some text is in the memory of a process, see proc(5).
    private func count(_ text: String, in process: pid_t) throws -> Int {
        let maps = try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
        let memory = open("/proc/\(process)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else { throw SupportError("/proc/\(process)/mem: \(String(cString: strerror(errno)))") }
        defer { close(memory) }
        var found = 0
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            // What can be written: the rest is files.
            guard words[1].hasPrefix("rw"), ends.count == 2, ends[1] - ends[0] < 1 << 30 else { continue }
            var bytes = [UInt8](repeating: 0, count: Int(ends[1] - ends[0]))
            let count = pread(memory, &bytes, bytes.count, off_t(ends[0]))
            guard count > 0 else { continue }
            let data = Data(bytes[..<count])
            var from = data.startIndex
            while let range = data.range(of: Data(text.utf8), in: from..<data.endIndex) {
                found += 1
                from = range.upperBound
            }
        }
        return found
    }
}
