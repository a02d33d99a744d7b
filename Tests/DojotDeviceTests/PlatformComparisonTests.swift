import Foundation
import TestSupport
import Testing

/// `retrieve-cert` where there is an identity already: it is compared with its platform.
@Suite("retrieve-cert again") struct PlatformComparisonTests {
    private func retrieve(
        _ sandbox: RunningSandbox, _ folder: TemporaryFolder, _ options: [String] = [], hasLogin: Bool = true
    ) throws -> Outcome {
        try Child.run(
            Programs.path("dojot-device"), ["retrieve-cert", sandbox.ready.gateway, "f60c28"] + options,
            environment: hasLogin ? sandbox.credentials : [:], in: folder.path)
    }

    private func publish(_ folder: TemporaryFolder) throws -> Outcome {
        try Child.run(
            Programs.path("dojot-device"), ["publish", "attrs", "f60c28", "temperature=21.5"], in: folder.path)
    }

    @Test("a CA's certificate that is missing is fetched again, without a new key", arguments: RunningSandbox.releases)
    func restored(release: String) throws {
        let folder = try TemporaryFolder()
        let sandbox = try RunningSandbox.start(RunningSandbox.options(of: release))
        #expect(try retrieve(sandbox, folder, ["--broker", sandbox.ready.mqtts]).status == 0)
        let (key, certificate) = (try folder.read("certs/f60c28.key"), try folder.read("certs/f60c28.crt"))
        let authority = try folder.read("certs/IOTmidCA.crt")
        unlink(folder.path("certs/IOTmidCA.crt"))

        let incomplete = try publish(folder)
        #expect(incomplete.status == 66)
        let command = "dojot-device retrieve-cert \(sandbox.ready.gateway) f60c28"
        #expect(incomplete.stderr.hasSuffix("certs/IOTmidCA.crt is missing\nhint: \(command)\n"), "\(incomplete)")

        let outcome = try retrieve(sandbox, folder)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.stdout.contains("identity already there, its CA's certificate was fetched again"))
        #expect(try folder.read("certs/f60c28.key") == key)
        #expect(try folder.read("certs/f60c28.crt") == certificate)
        #expect(try folder.read("certs/IOTmidCA.crt") == authority)
        #expect(try publish(folder).status == 0)
    }

    @Test(
        "a platform that was set up anew is noticed, and one command makes a new identity",
        arguments: RunningSandbox.releases)
    func otherAuthority(release: String) throws {
        let folder = try TemporaryFolder()
        let first = try RunningSandbox.start(RunningSandbox.options(of: release))
        #expect(try retrieve(first, folder, ["--broker", first.ready.mqtts]).status == 0)
        let key = try folder.read("certs/f60c28.key")
        func port(_ address: String) -> String { String(address.split(separator: ":").last ?? "") }
        first.stop()
        let second = try RunningSandbox.start(
            RunningSandbox.options(of: release)
                + ["--port", port(first.ready.gateway), "--mqtt-port", port(first.ready.mqtts)])

        let compared = try retrieve(second, folder)
        #expect(compared.status == 73, "\(compared)")
        #expect(compared.stderr.contains("the platform was set up anew, or its CA was replaced"), "\(compared)")
        #expect(try folder.read("certs/f60c28.key") == key)
        let unchecked = try retrieve(second, folder, hasLogin: false)
        #expect(unchecked.status == 0)
        #expect(unchecked.stderr.contains("without a login the identity is not compared with the platform"))

        // The hint, as it is printed.
        let hint = try #require(
            compared.stderr.split(separator: "\n").last.map { String($0.dropFirst("hint: ".count)) })
        let fixed = try Child.run(
            "/bin/sh", ["-c", hint],
            environment: second.credentials.merging(["PATH": "\(Programs.folder.path):/usr/bin:/bin"]) { $1 },
            in: folder.path)
        #expect(fixed.status == 0, "\(fixed)")
        #expect(try folder.read("certs/f60c28.key") != key)
        #expect(try publish(folder).status == 0)

        // Rolled back, the certificate is of the former CA, which is kept in the CA's file for that.
        let back = try Child.run(
            Programs.path("dojot-device"), ["renew", "f60c28", "--rollback"], environment: second.credentials,
            in: folder.path)
        guard back.status == 0 else { return }
        let former = try retrieve(second, folder)
        #expect(former.status == 65, "\(former)")
        #expect(former.stderr.contains("is signed by a former CA"), "\(former)")
        #expect(former.stderr.hasSuffix(" f60c28 -w\n"), "\(former)")
    }
}
