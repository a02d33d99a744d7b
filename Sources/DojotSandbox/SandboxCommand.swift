import CommandLineKit
import Glibc
import Sandbox

/// `dojot-sandbox`: starts a sandbox and keeps it until a signal ends it.
struct SandboxCommand: Command {
    static let configuration = CommandConfiguration(
        name: "dojot-sandbox",
        abstract: "A dojot in small on this machine: gateway, certificate authority, devices and a real MQTT broker.",
        discussion: """
            It serves dojot's HTTP API with a certificate authority, by EJBCA-REST or x509-identity-mgmt, and a \
            mosquitto with mutual TLS. It ends with SIGINT (Ctrl-C) or SIGTERM.

            A fault is '[METHOD] PATH EFFECT... [CONDITION...]', with * in the path for anything, or \
            'broker EFFECT... [CONDITION...]'.

            Effects on an answer: status=N, retry-after=SECONDS, retry-after-date=SECONDS, delay=SECONDS, stall, \
            reset[=BYTES], drop, cut=BYTES, length=+BYTES|-BYTES, endless, body=html|not-json|empty, pkcs7, \
            base64=lf|crlf|none, certificate=other-key|other-name|other-ca|expired|not-yet-valid, token-life=SECONDS, \
            refresh-life=SECONDS.

            Effects on a connection to the broker: cut[=BYTES], reset[=BYTES], handshake-cut, stall, \
            silence=to-device|to-broker, drip=BYTES, delay=SECONDS.

            Conditions: count=N, after=N, probability=P, for=SECONDS.
            """,
        examples: [
            Example("dojot-sandbox", "Device f60c28, user admin with password admin, on dojot's own ports"),
            Example("dojot-sandbox --release 0.8", "dojot 0.8: x509-identity-mgmt and VerneMQ"),
            Example("dojot-sandbox --dir ./dojot --device f60c28 --device a1b2c3", "Two devices, and all is kept"),
            Example("dojot-sandbox --devices 100000 --brokers 6", "A fleet: device1 to device100000"),
            Example("dojot-sandbox --https", "HTTPS before the gateway as well, on port 8443"),
            Example("dojot-sandbox --port 0 --mqtt-port 0 --json", "Free ports, told in one line: for tests"),
            Example("dojot-sandbox --fault 'POST /sign/* status=503 count=1'", "The first signature fails"),
            Example("dojot-sandbox --fault 'broker cut=2000 count=3'", "Three connections to the broker are cut"),
        ],
        exitCodes: [
            ExitCodeDescription(0, "Stopped by a signal"),
            ExitCodeDescription(64, "The command line is wrong"),
            ExitCodeDescription(69, "A port or the folder is in use, or mosquitto or nginx is missing or does not run"),
            ExitCodeDescription(74, "A file cannot be read or written"),
            ExitCodeDescription(77, "The folder of --dir is another user's, or others can write to it"),
        ],
        environment: [
            EnvironmentVariable("MOSCA_TLS_DNS_LIST", "Names in the broker's certificate, divided by commas: as --dns"),
            EnvironmentVariable("ALLOW_UNSECURED_MODE", "'true': as --unsecured-port 1883"),
        ])

    @OptionGroup(title: "Which dojot it is") var release: ReleaseOptions
    @OptionGroup(title: "Where it listens") var listening: ListeningOptions
    @OptionGroup(title: "Who and what is there") var content: ContentOptions
    @OptionGroup(title: "How the platform behaves") var behaviour: BehaviourOptions

    @Option(
        .long("dir"), help: "Keep keys and state in this folder; else in one that is removed at the end.",
        valueName: "folder")
    var directory: String?
    @Flag(.long("json"), help: "When ready, print one line of JSON instead of text.")
    var json: Bool

    func validate() throws { _ = try sandboxOptions([:]) }

    func run() throws {
        let options = try sandboxOptions(ProcessEnvironment.variables)
        // Blocked before any thread is made, so that all of them leave these signals to the wait below.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let server = try SandboxServer(options) { Output.note("\(Program.name): \($0)") }
        let hasLoginClient =
            options.release != .v10 || options.enablesTestClient || !options.confidentialClients.isEmpty
        let summary =
            json ? server.summary.line + "\n" : Welcome.text(server.summary, hasLoginClient: hasLoginClient)
        guard Output.write(summary, to: STDOUT_FILENO) else {
            let failure = Output.failure
            try server.stop()
            throw failure
        }
        let failure = waitForEnd(of: server, signals)
        try server.stop()
        if let failure { throw failure }
    }

    /// Waits for a signal, and looks each second whether the sandbox can go on; gives the reason where it cannot.
    private func waitForEnd(of server: SandboxServer, _ signals: sigset_t) -> SandboxError? {
        var signals = signals
        var second = timespec(tv_sec: 1, tv_nsec: 0)
        while true {
            let number = sigtimedwait(&signals, nil, &second)
            if number > 0 { return nil }
            if let failure = server.failure { return failure }
        }
    }

    private func sandboxOptions(_ environment: [String: String]) throws -> SandboxOptions {
        var options = SandboxOptions()
        release.apply(to: &options)
        try listening.apply(to: &options, environment)
        try content.apply(to: &options)
        try behaviour.apply(to: &options)
        options.directory = directory
        return options
    }
}
