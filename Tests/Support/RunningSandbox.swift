import Foundation

/// A dojot-sandbox of a test's own, on free ports, in a temporary folder; it is stopped when the last reference goes.
public final class RunningSandbox: Sendable {
    /// The line that `dojot-sandbox --json` prints when it is ready.
    public struct Ready: Decodable, Sendable {
        /// The gateway's URL, such as "http://127.0.0.1:41233".
        public let gateway: String
        /// The gateway's URL by HTTPS, and the file of the CA to trust for it, where it was started with `--https`.
        public let https: String?
        public let httpsCA: String?
        /// Host and port for MQTT over TLS, such as "localhost:41234".
        public let mqtts: String
        /// Host and port for MQTT without TLS, where it is on.
        public let mqtt: String?
        /// Which release of dojot it behaves as, such as "0.8".
        public let release: String
        /// Whose topics its broker has: "mosca" or "vernemq".
        public let brokerKind: String
        public let tenant: String
        public let username: String
        public let password: String
        public let ca: String
        public let devices: [String]
        /// The folder that holds its state.
        public let dir: String
        /// The process id of the sandbox.
        public let pid: Int32
        /// The process id of its mosquitto.
        public let brokerPid: Int32
        /// Host and port of each of its brokers for MQTT over TLS, and their process ids.
        public let brokers: [String]
        public let brokerPids: [Int32]
    }

    public let child: Child
    public let ready: Ready

    /// The values of `--release`, each a release of dojot.
    public static let releases = ["0.4", "0.6", "0.8", "1.0"]

    /// The options for a release on which a user can log in with a password: dojot 1.0 installs the client for that disabled.
    public static func options(of release: String) -> [String] {
        ["--release", release] + (release == "1.0" ? ["--enable-dev-test-cli"] : [])
    }

    /// Starts it with free ports and the arguments given, and waits until it is ready; its user has the tests' password unless they say
    /// another.
    public static func start(
        _ arguments: [String] = [], environment: [String: String] = [:], timeout: Double = 30
    ) throws -> RunningSandbox {
        let program = Programs.path("dojot-sandbox")
        let names = ["--port", "--mqtt-port"] + (arguments.contains("--https") ? ["--https-port"] : [])
        let ports = names.flatMap { arguments.contains($0) ? [] : [$0, "0"] }
        let user = arguments.contains("--user") ? [] : ["--user", "admin:\(TestSecrets.password)"]
        let child = try Child.start(program, ports + user + ["--json"] + arguments, environment: environment)
        guard let line = child.readLine(timeout: timeout) else {
            child.signal(SIGTERM)
            let outcome = child.wait(timeout: 5)
            throw SupportError("dojot-sandbox did not start (status \(outcome.status)): \(outcome.stderr)")
        }
        return RunningSandbox(child, try JSONDecoder().decode(Ready.self, from: Data(line.utf8)))
    }

    private init(_ child: Child, _ ready: Ready) {
        self.child = child
        self.ready = ready
    }

    deinit { stop() }

    /// The port of MQTT over TLS.
    public var port: UInt16 { Self.port(of: ready.mqtts) }
    /// The port of MQTT without TLS; 0 where it is off.
    public var unsecuredPort: UInt16 { ready.mqtt.map(Self.port) ?? 0 }
    /// The gateway's port.
    public var gatewayPort: UInt16 { Self.port(of: ready.gateway) }
    /// What `DOJOT_USERNAME` and `DOJOT_PASSWORD` need to be to log in.
    public var credentials: [String: String] {
        ["DOJOT_USERNAME": ready.username, "DOJOT_PASSWORD": ready.password]
    }

    /// Stops it as a user would, by SIGTERM.
    @discardableResult
    public func stop(timeout: Double = 10) -> Outcome {
        child.signal(SIGTERM)
        return child.wait(timeout: timeout)
    }

    /// Sends a request with curl and gives status and body: `request("GET", "/ca", token: token)`.
    public func request(
        _ method: String, _ path: String, json: String? = nil, token: String? = nil, timeout: Double = 20
    ) throws -> (status: Int, body: String) {
        var words = ["-sS", "-X", method, "-o", "-", "-w", "\n%{http_code}", "--max-time", "\(timeout)"]
        if let token { words += ["-H", "Authorization: Bearer \(token)"] }
        if let json { words += ["-H", "Content-Type: application/json", "--data-binary", json] }
        let outcome = try Child.run("/usr/bin/curl", words + [ready.gateway + path], timeout: timeout + 5)
        guard outcome.status == 0, let end = outcome.stdout.lastIndex(of: "\n"),
            let status = Int(outcome.stdout[outcome.stdout.index(after: end)...])
        else { throw SupportError("curl \(method) \(path): status \(outcome.status) \(outcome.stderr)") }
        return (status, String(outcome.stdout[..<end]))
    }

    /// Logs in and gives the JWT; on dojot 1.0 Keycloak's access token, for which the sandbox needs `--enable-dev-test-cli`.
    public func logIn(_ username: String? = nil, _ password: String? = nil) throws -> String {
        if ready.release == "1.0" {
            return try tokens([
                ("grant_type", "password"), ("client_id", "dev-test-cli"), ("username", username ?? ready.username),
                ("password", password ?? ready.password),
            ]).accessToken
        }
        struct Answer: Decodable { let jwt: String }
        let body = #"{"username": "\#(username ?? ready.username)", "passwd": "\#(password ?? ready.password)"}"#
        let answer = try request("POST", "/auth", json: body)
        guard answer.status == 200 else { throw SupportError("login: \(answer.status) \(answer.body)") }
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8)).jwt
    }

    private static func port(of text: String) -> UInt16 { UInt16(text.split(separator: ":").last ?? "") ?? 0 }
}
