import Foundation
import TestSupport
import Testing

/// A sandbox of one release of the platform, and `fleet provision` into a folder from it.
struct FleetFolder {
    let retrieval: Retrieval
    let release: String

    /// What `fleet provision --json` prints.
    struct Summary: Decodable {
        struct Cause: Decodable {
            let code, example: String
            let count: Int
            let mayWorkLater: Bool
        }

        let devices, provisioned, kept, doneBefore, failed, left, resumed, recovered: Int
        let seconds, rate: Double
        let failures: [Cause]
        let failedList: String?
        let tenant, platform, folder: String
    }

    /// - Parameter devices: those that the sandbox has from the start; nil for its usual one.
    init(on release: String, devices: [String]? = nil, _ arguments: [String] = []) throws {
        self.release = release
        retrieval = try Retrieval(
            RunningSandbox.options(of: release) + (devices ?? []).flatMap { ["--device", $0] } + arguments)
    }

    /// Ids as the platform makes them.
    static func ids(_ count: Int) -> [String] { (0..<count).map { "ab" + String($0 + 0x1000, radix: 16) } }

    /// How many devices a test takes: RSA keys take their time, and EJBCA signs no others.
    func scale(_ count: Int) -> Int { release != "0.4" ? count : max(4, count / 6) }

    /// The words of a command line, with keys of the quickest kind.
    func words(_ arguments: [String]) -> [String] {
        ["fleet", "provision", retrieval.sandbox.ready.gateway] + arguments
            + (release != "0.4" ? ["--key-type", "p256"] : [])
    }

    /// Runs it to its end.
    func run(_ arguments: [String], timeout: Double = 120) throws -> Outcome {
        try retrieval.program(words(arguments), timeout: timeout)
    }

    /// Runs it to its end, and reads its summary.
    func summary(_ arguments: [String], status: Int32 = 0) throws -> Summary {
        let outcome = try run(arguments + ["--json"])
        guard outcome.status == status, let summary = try? Self.summary(outcome) else {
            throw SupportError("fleet provision ended with \(outcome.status): \(outcome.stderr)")
        }
        return summary
    }

    static func summary(_ outcome: Outcome) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(outcome.stdout.utf8))
    }

    /// Starts it.
    func start(_ arguments: [String]) throws -> Child { try retrieval.start(words(arguments)) }

    /// The devices whose certificates are in place; a link that a run which was killed left without its target is none.
    var certificates: [String] {
        let names = (try? retrieval.names()) ?? []
        return names.filter { name in
            name.hasSuffix(".crt") && name != "IOTmidCA.crt" && retrieval.folder.has("certs/\(name)")
        }.map { String($0.dropLast(4)) }.sorted()
    }

    /// Waits until so many certificates are in place; false where they are not in time.
    func wait(for count: Int, timeout: Double = 60) -> Bool {
        let end = Date(timeIntervalSinceNow: timeout)
        while certificates.count < count {
            if Date() > end { return false }
            usleep(2000)
        }
        return true
    }

    /// How many certificates the platform signed for these devices.
    func signed(_ devices: [String]) throws -> Int {
        if release != "0.4" { return try retrieval.signedByX509() }
        return try devices.reduce(0) { sum, device in
            try sum + retrieval.certificates(of: device) + retrieval.certificates(of: "admin:\(device)")
        }
    }

    /// Whether each device's files belong together, and its certificate is one that openssl finds signed by the CA.
    func allHoldTogether(_ devices: [String]) throws -> Bool {
        try devices.allSatisfy { try retrieval.holdsTogether($0) }
    }

    /// The lines of the journal that begin with a word, each without it.
    func journal(_ word: String) throws -> [String] {
        try retrieval.folder.read("certs/provision.journal").split(separator: "\n")
            .filter { $0.hasPrefix("\(word)\t") }.map { String($0.dropFirst(word.count + 1)) }
    }

    /// The ids of the platform's devices.
    func platformDevices() throws -> [String] {
        let answer = try retrieval.sandbox.request(
            "GET", "/device?idsOnly=true&page_size=1000000", token: retrieval.sandbox.logIn())
        return try JSONDecoder().decode([String].self, from: Data(answer.body.utf8))
    }

    /// Ctrl-C for what waits for the platform: once more ends it at once, and what was under way has not failed.
    static func interruptTwice(_ child: Child) throws {
        child.signal(SIGINT)
        #expect(child.waitFor(error: "once more ends at once"))
        let start = Date()
        child.signal(SIGINT)
        let outcome = child.wait()
        #expect(outcome.status == 130, "\(outcome.stderr)")
        #expect(Date().timeIntervalSince(start) < 4.5)
        #expect(try summary(outcome).failed == 0)
    }
}
