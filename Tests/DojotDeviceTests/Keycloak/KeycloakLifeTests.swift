import Foundation
import TestSupport
import Testing

/// The life of a certificate on dojot 1.0, with tokens that expire in the middle of a run.
@Suite("on dojot 1.0")
struct KeycloakLifeTests {
    private let retrieval: Retrieval

    init() throws {
        retrieval = try Retrieval(["--release", "1.0", "--enable-dev-test-cli", "--token-life", "3"])
    }

    private func run(
        _ arguments: String, environment: [String: String] = [:], timeout: Double = 60
    ) throws -> Outcome {
        let sandbox = retrieval.sandbox.ready
        let words = arguments.split(separator: " ").map { word in
            word.replacingOccurrences(of: "GATEWAY", with: sandbox.gateway)
                .replacingOccurrences(of: "BROKER", with: sandbox.mqtts)
        }
        return try Child.run(
            Programs.path("dojot-device"), words,
            environment: retrieval.sandbox.credentials.merging(environment) { $1 }, in: retrieval.folder.path,
            timeout: timeout)
    }

    private func succeed(_ arguments: String, timeout: Double = 60) throws -> Outcome {
        let outcome = try run(arguments, timeout: timeout)
        #expect(outcome.status == 0, "\(arguments): \(outcome.stdout)\(outcome.stderr)")
        return outcome
    }

    @Test("a device's certificate is retrieved, used, renewed, rolled back and revoked without any option of the login")
    func life() throws {
        _ = try succeed("retrieve-cert GATEWAY f60c28 --broker BROKER")
        let profile = try retrieval.folder.read("certs/f60c28.json")
        #expect(profile.contains(#""method":"keycloak""#) || profile.contains(#""method" : "keycloak""#), "\(profile)")
        let published = try succeed("publish attrs f60c28 temperature=21.5 on=true state:={\"a\":[1]} --confirm")
        #expect(published.stdout.contains("stored temperature=21.5"), "\(published)")
        #expect(published.stdout.contains(#"stored state={"a":[1]}"#), "\(published)")
        let history = try succeed("device history f60c28 temperature --json")
        #expect(history.stdout.contains(#""value":21.5"#), "\(history)")
        #expect(try succeed("device history f60c28 --last 1").stdout.contains("temperature"))
        #expect(try succeed("device show f60c28 --json").stdout.contains(#""disabled":false"#))
        _ = try succeed("renew f60c28 --force --verify-broker")
        _ = try succeed("status f60c28")
        _ = try succeed("renew f60c28 --rollback")
        let healthy = try succeed("diagnose f60c28 --login")
        #expect(healthy.stdout.contains("login    as admin, tenant admin"), "\(healthy)")
        _ = try succeed("revoke f60c28 --yes")
        #expect(try run("diagnose f60c28 --login").status != 0)
    }

    @Test("devices are made and removed")
    func devices() throws {
        let made = try succeed("device create boiler --attr temperature:float --actuator reset:bool --gateway GATEWAY")
        let id = made.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try succeed("device list --gateway GATEWAY").stdout.contains(id))
        _ = try succeed("device actuate \(id) reset=true --gateway GATEWAY")
        _ = try succeed("device delete \(id) --yes --gateway GATEWAY")
    }

    @Test("a disabled device is named by publish --confirm and by diagnose")
    func disabled() throws {
        _ = try succeed("retrieve-cert GATEWAY f60c28 --broker BROKER")
        let token = try succeed("login GATEWAY").stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        struct Made: Decodable { let templates: [Int] }
        let made = try succeed("device create lamp --attr t:float --gateway GATEWAY --json").stdout
        let id = try #require(JSONDecoder().decode(Made.self, from: Data(made.utf8)).templates.first)
        let answer = try retrieval.sandbox.request(
            "PUT", "/device/f60c28", json: #"{"label": "lamp", "templates": [\#(id)], "disabled": true}"#, token: token)
        #expect(answer.status == 200, "\(answer)")
        let published = try run("publish attrs f60c28 t=1 --confirm --confirm-within 2")
        #expect(published.status == 77)
        #expect(
            published.stderr.contains("device f60c28 is disabled: the platform discards what it publishes"),
            "\(published.stderr)")
        #expect(try succeed("device show f60c28").stdout.contains("disabled: the platform discards"))
        let diagnosis = try run("diagnose f60c28 --login")
        #expect(diagnosis.status == 77)
        #expect(diagnosis.stdout.contains("cause  [device.disabled] device f60c28 is disabled"), "\(diagnosis)")
    }

    @Test("the release is named without a login")
    func release() throws {
        let outcome = try run("diagnose GATEWAY")
        #expect(outcome.stdout.contains("dojot 1.0: the gateway has /x509 and Keycloak, but no /history"), "\(outcome)")
    }

    @Test("a fleet is made, and simulated with events, longer than a token is valid")
    func fleet() throws {
        try retrieval.inject("POST /x509/v1/certificates delay=0.7")
        let provisioned = try succeed(
            "fleet provision GATEWAY --create 8 --label-prefix probe --broker BROKER --concurrency 1 --key-type p256 --json",
            timeout: 120)
        #expect(provisioned.stdout.contains(#""provisioned":8"#), "\(provisioned)")
        try retrieval.mend()
        let scenario = try retrieval.folder.write(
            #"{"phases": [{"ramp": "1s"}, {"steady": "12s"}], "certificates": [{"renew": "50%", "at": "6s"}, {"revoke": "25%", "at": "9s"}]}"#,
            to: "scenario.json")
        let outcome = try succeed(
            "fleet simulate n=counter --scenario \(scenario) --actuate reset=2/s --history probe=2/s --json",
            timeout: 120)
        struct Run: Decodable {
            struct Operation: Decodable { let succeeded, failed: Int }
            struct Group: Decodable { let operations: [String: Operation] }
            let total: Group
        }
        let operations = try JSONDecoder().decode(Run.self, from: Data(outcome.stdout.utf8)).total.operations
        for name in ["history", "renew", "revoke"] {
            let operation = try #require(operations[name], "\(operations.keys)")
            #expect(operation.succeeded > 0, "\(name): \(operation) \(outcome.stderr)")
        }
    }

    @Test("renew --watch logs in again, by the profile alone")
    func watch() throws {
        let retrieval = try Retrieval([
            "--release", "1.0", "--enable-dev-test-cli", "--token-life", "3", "--certificate-life", "20",
        ])
        let outcome = try retrieval.run(
            "f60c28", ["--broker", retrieval.sandbox.ready.mqtts, "--key-type", "p256"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let watch = try Child.start(
            Programs.path("dojot-device"), ["renew", "--all", "--watch", "--expires-within", "17s"],
            environment: retrieval.sandbox.credentials, in: retrieval.folder.path)
        var serials: Set<String> = []
        let end = Date(timeIntervalSinceNow: 60)
        while serials.count < 3, Date() < end {
            serials.insert(try retrieval.folder.read("certs/f60c28.json"))
            usleep(200_000)
        }
        #expect(serials.count >= 3, "\(watch.errorSoFar)")
        watch.signal(SIGTERM)
        #expect(watch.wait(timeout: 20).status == 0)
    }

    @Test("a machine without a user has its own client")
    func machine() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.write("n0t a s&cret\n", to: "secret")
        let retrieval = try Retrieval(["--release", "1.0", "--client", "meter=\(secret)"])
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            ["retrieve-cert", retrieval.sandbox.ready.gateway, "f60c28", "--client-id", "meter"],
            environment: ["DOJOT_CLIENT_SECRET_FILE": secret], in: retrieval.folder.path)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        // The profile has the client's id, and the environment where its secret is.
        let renewed = try Child.run(
            Programs.path("dojot-device"), ["renew", "f60c28", "--force"],
            environment: ["DOJOT_CLIENT_SECRET_FILE": secret], in: retrieval.folder.path)
        #expect(renewed.status == 0, "\(renewed.stderr)")
    }

    @Test(
        "refusals of the login name the cause",
        arguments: [
            (["--enable-dev-test-cli"], "--tenant nope", 65, #"the platform has no tenant "nope""#),
            ([], "", 77, #"the client "dev-test-cli" is unknown or disabled"#),
            (["--enable-dev-test-cli"], "--username nobody", 77, "wrong user name or password"),
            (["--enable-dev-test-cli"], "--client-id gui", 77, #"the client "gui" may not log in users"#),
            (["--enable-dev-test-cli", "--user", "new:n3w-word:temporary"], "", 77, "change the first password"),
        ] as [([String], String, Int32, String)])
    func refusals(options: [String], arguments: String, status: Int32, message: String) throws {
        let retrieval = try Retrieval(["--release", "1.0"] + options)
        var environment = retrieval.sandbox.credentials
        if options.contains("--user") { environment = ["DOJOT_USERNAME": "new", "DOJOT_PASSWORD": "n3w-word"] }
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            ["login", retrieval.sandbox.ready.gateway] + arguments.split(separator: " ").map(String.init),
            environment: environment, in: retrieval.folder.path)
        #expect(outcome.status == status)
        #expect(outcome.stderr.contains(message), "\(outcome.stderr)")
    }

    @Test("a client in the environment leaves the login of dojot 0.8 as it is; one on the command line wants Keycloak")
    func clientOn08() throws {
        let sandbox = try RunningSandbox.start(["--release", "0.8"])
        let folder = try TemporaryFolder()
        let secret = try folder.write("a secret\n", to: "secret")
        let environment = sandbox.credentials.merging(
            ["DOJOT_CLIENT_ID": "meter", "DOJOT_CLIENT_SECRET_FILE": secret]) { $1 }
        let words = ["login", sandbox.ready.gateway]
        let login = try Child.run(Programs.path("dojot-device"), words, environment: environment)
        #expect(login.status == 0, "\(login)")
        let typed = try Child.run(
            Programs.path("dojot-device"), words + ["--client-id", "meter"], environment: sandbox.credentials)
        #expect(typed.status == 76, "\(typed)")
        #expect(typed.stderr.contains("the gateway has no Keycloak, which dojot has since 1.0"), "\(typed)")
    }

    @Test(
        "a login of another tenant than --tenant names is refused on the releases whose login decides the tenant",
        arguments: ["0.4", "0.6", "0.8"])
    func otherTenant(release: String) throws {
        let sandbox = try RunningSandbox.start(["--release", release])
        let gateway = sandbox.ready.gateway
        func run(_ words: [String], _ environment: [String: String] = [:]) throws -> Outcome {
            try Child.run(
                Programs.path("dojot-device"), words, environment: sandbox.credentials.merging(environment) { $1 })
        }
        #expect(try run(["device", "list", "--gateway", gateway, "--tenant", "admin"]).status == 0)
        let typed = try run(["device", "list", "--gateway", gateway, "--tenant", "acme"])
        #expect(typed.status == 65, "\(typed)")
        #expect(
            typed.stderr.contains("the login is for the tenant admin, not for acme, which --tenant names"), "\(typed)")
        let token = ["DOJOT_TOKEN": try sandbox.logIn(), "DOJOT_TENANT": "acme"]
        let set = try run(["device", "list", "--gateway", gateway], token)
        #expect(set.status == 65, "\(set)")
        #expect(set.stderr.contains("not for acme, which DOJOT_TENANT names"), "\(set)")
    }
}
