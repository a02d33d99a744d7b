import Foundation
import TestSupport
import Testing

@testable import HTTP

/// libcurl itself, and what its environment does.
@Suite struct LibraryTests {
    @Test func aLibraryThatIsMissingIsNamed() {
        guard case .failure(let missing) = CurlLibrary.open("libcurl-of-no-release.so.4") else {
            Issue.record("a library that does not exist was opened")
            return
        }
        #expect(missing.reason.contains("libcurl-of-no-release.so.4"))
    }

    @Test func aLibraryThatIsAnotherIsNotTaken() {
        guard case .failure(let missing) = CurlLibrary.open("libm.so.6") else {
            Issue.record("libm was taken for libcurl")
            return
        }
        #expect(missing.reason.contains("curl_version"))
    }

    @Test func nothingIsLinkedToLibcurl() throws {
        // The test's own binary has all modules in it, and none may bring libcurl along.
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let bundle = ProcessInfo.processInfo.arguments.first { $0.hasSuffix(".xctest") } ?? own
        let readelf = try #require(Programs.installed("readelf"))
        let outcome = try Child.run(readelf, ["-d", bundle])
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains("libcrypto"))
        #expect(!outcome.stdout.contains("libcurl"))
    }

    @Test func theProxyOfTheEnvironmentIsObeyedButNeverForThisMachine() async {
        await #expect(processExitsWith: .success) {
            let proxy = try ScriptedServer([.status(200, "by proxy")])
            defer { proxy.stop() }
            let direct = try ScriptedServer([.status(200, "direct")])
            defer { direct.stop() }
            setenv("http_proxy", proxy.url(), 1)
            unsetenv("no_proxy")
            unsetenv("NO_PROXY")
            let client = HTTPClient()
            let near = try client.send(HTTPRequest(.get, direct.url()), deadline: Deadline(seconds: 10))
            let far = try client.send(
                HTTPRequest(.get, "http://gateway.invalid/ca"), deadline: Deadline(seconds: 10))
            guard near.body == Array("direct".utf8), far.body == Array("by proxy".utf8),
                proxy.requests.map(\.target) == ["http://gateway.invalid/ca"]
            else { exit(1) }
            exit(0)
        }
    }

    @Test func anErrorTellsNoSecret() throws {
        let secret = "s3cr3t-in-the-request"
        let closed = "http://127.0.0.1:\(try FreePort.next())/auth"
        let servers = try [
            ScriptedServer([.reset]), ScriptedServer([.raw("not http \(secret)")]), ScriptedServer([.silence]),
        ]
        for url in servers.map({ $0.url() }) + [closed, "http://no-such-host.invalid/", "https://127.0.0.1:1/"] {
            let error = #expect(throws: HTTPError.self) {
                try HTTPClient().send(
                    HTTPRequest(
                        .post, url, headers: ["Authorization": "Bearer \(secret)"], body: Array(secret.utf8)),
                    deadline: Deadline(seconds: 0.5), retry: .never)
            }
            #expect("\(String(describing: error))".contains(secret) == false)
        }
    }
}
