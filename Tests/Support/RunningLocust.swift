import Foundation

/// A master of Locust's, from PyPI, on free ports of 127.0.0.1; it is ended when the last reference goes.
public final class RunningLocust: Sendable {
    /// The answer to GET /stats/requests, as its page reads it.
    public struct Statistics: Decodable, Sendable {
        public struct Entry: Decodable, Sendable {
            public let name: String
            public let numRequests: Int
            public let numFailures: Int
            /// Milliseconds.
            public let avgResponseTime: Double
            /// Milliseconds, rounded.
            public let minResponseTime: Double
            public let maxResponseTime: Double
            public let avgContentLength: Double
        }

        public struct Worker: Decodable, Sendable {
            public let id: String
            public let state: String
            public let userCount: Int
        }

        public struct Failure: Decodable, Sendable {
            public let name: String
            public let error: String
            public let occurrences: Int
        }

        public let state: String
        public let userCount: Int
        public let stats: [Entry]
        public let workers: [Worker]
        public let errors: [Failure]

        /// The row of that name.
        public subscript(name: String) -> Entry? { stats.first { $0.name == name } }
    }

    /// Where workers join.
    public let port: UInt16
    /// Where its page is; 0 without one.
    public let webPort: UInt16
    public let child: Child

    /// The locustfile that this package has.
    public static let locustfile = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/locust/locustfile.py").path

    /// Starts one with its page, and waits until that answers.
    ///
    /// - Parameter port: where workers join; a free port, if not given.
    public static func withPage(_ arguments: [String] = [], port: UInt16? = nil) throws -> RunningLocust {
        let locust = try RunningLocust(arguments, port: port, webPort: try FreePort.next())
        let end = Date(timeIntervalSinceNow: 120)
        while Date() < end, locust.child.isRunning {
            if (try? locust.statistics()) != nil { return locust }
            usleep(200_000)
        }
        throw SupportError("Locust's page does not answer: \(locust.child.errorSoFar)")
    }

    /// Starts one without a page, whose test begins by itself; the arguments say how many users it has and how long it lasts.
    public static func headless(_ arguments: [String], port: UInt16? = nil) throws -> RunningLocust {
        try RunningLocust(["--headless", "--expect-workers-max-wait", "120"] + arguments, port: port, webPort: 0)
    }

    private init(_ arguments: [String], port: UInt16?, webPort: UInt16) throws {
        self.port = try port ?? FreePort.next()
        self.webPort = webPort
        let page = webPort == 0 ? [] : ["--web-host", "127.0.0.1", "--web-port", "\(webPort)"]
        child = try Child.start(
            try PythonPackages.python(),
            ["-m", "locust", "-f", Self.locustfile, "--master", "--master-bind-host", "127.0.0.1"]
                + ["--master-bind-port", "\(self.port)"] + page + arguments,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    }

    deinit {
        child.signal(SIGKILL)
        _ = child.wait(timeout: 10)
    }

    /// Ends it as a user would: its workers are told.
    @discardableResult
    public func stop() -> Outcome {
        child.signal(SIGTERM)
        return child.wait(timeout: 30)
    }

    /// What its page shows.
    public func statistics() throws -> Statistics {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Statistics.self, from: Data(try request("GET", "/stats/requests").utf8))
    }

    /// What its page shows, once that is as it must be; at most two minutes later.
    public func statistics(where holds: (Statistics) -> Bool) throws -> Statistics {
        let end = Date(timeIntervalSinceNow: 120)
        var last: Statistics?
        while Date() < end {
            let now = try statistics()
            if holds(now) { return now }
            last = now
            usleep(300_000)
        }
        throw SupportError(
            "Locust's page does not come to that: \(String(describing: last)) \(child.errorSoFar.suffix(2000))")
    }

    /// Starts a test, or changes its users, as the form does.
    public func swarm(_ users: Int, rate: Int = 100, _ fields: [String] = []) throws {
        let form = ["user_count=\(users)", "spawn_rate=\(rate)"] + fields
        let answer = try request("POST", "/swarm", form.flatMap { ["--data-urlencode", $0] })
        guard answer.contains("\"success\": true") || answer.contains("\"success\":true") else {
            throw SupportError("Locust does not swarm: \(answer)")
        }
    }

    /// Waits until it has so many workers: those that were stopped come back a moment later, and without any there is no test.
    public func waitForWorkers(_ count: Int) throws {
        let end = Date(timeIntervalSinceNow: 60)
        while Date() < end {
            if try workerCount() == count { return }
            usleep(50_000)
        }
        throw SupportError("there are not \(count) workers: \(child.errorSoFar.suffix(2000))")
    }

    private func workerCount() throws -> Int {
        struct Answer: Decodable { let workerCount: Int }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(try request("GET", "/worker-count").utf8)).workerCount
    }

    /// Stops the test, as the button does, and waits until every worker has confirmed it.
    ///
    /// The master answers at once where there are no users. It removes a worker when that worker's confirmation arrives (`runners.py`,
    /// `client_stopped`), and a test that begins in between loses its worker.
    public func stopTest() throws {
        let confirmation = "reported that it has stopped"
        func confirmations() -> Int { child.errorSoFar.components(separatedBy: confirmation).count - 1 }
        let workers = try workerCount()
        let before = confirmations()
        _ = try request("POST", "/stop", ["--data", ""])
        let end = Date(timeIntervalSinceNow: 60)
        while confirmations() < before + workers {
            guard Date() < end else {
                throw SupportError("not every worker has stopped: \(child.errorSoFar.suffix(2000))")
            }
            usleep(50_000)
        }
    }

    /// Sends a request and gives the answer's body.
    public func request(_ method: String, _ path: String, _ words: [String] = []) throws -> String {
        let outcome = try Child.run(
            "/usr/bin/curl",
            ["-sS", "--fail-with-body", "--max-time", "90", "-X", method] + words
                + ["http://127.0.0.1:\(webPort)\(path)"], timeout: 100)
        guard outcome.status == 0 else {
            throw SupportError("curl \(method) \(path): \(outcome.status) \(outcome.stderr) \(outcome.stdout)")
        }
        return outcome.stdout
    }
}
