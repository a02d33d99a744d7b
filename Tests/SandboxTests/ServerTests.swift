import Foundation
import TestSupport
import Testing

/// The HTTP server against clients that do not behave.
@Suite struct ServerTests {
    @Test func aBodyThatIsTooLargeIsRefusedAndTheServerGoesOn() throws {
        let sandbox = try RunningSandbox.start()
        let folder = try TemporaryFolder()
        let file = try folder.write([UInt8](repeating: 120, count: 2 << 20), to: "large")
        for extra in [[], ["-H", "Transfer-Encoding: chunked"]] {
            let words = ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json"]
            let outcome = try Child.run(
                "/usr/bin/curl", words + extra + ["--data-binary", "@" + file, sandbox.ready.gateway + "/auth"])
            #expect(outcome.stdout == "413", "\(outcome.stderr)")
        }
        #expect(try sandbox.logIn().isEmpty == false)
    }

    @Test func nonsenseGetsNothingAndTheServerGoesOn() throws {
        let sandbox = try RunningSandbox.start()
        let script = "exec 3<>/dev/tcp/127.0.0.1/\(sandbox.gatewayPort); cat >&3; timeout 1 cat <&3"
        for bytes in [
            "GARBAGE\r\n\r\n", "GET /ca HTTP/9.9\r\n\r\n", "GET /ca HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST /auth HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{}", "GET / HTTP/1.1\r\n\u{0}\u{1}\r\n\r\n",
            "GET /%00/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        ] {
            let answer = try Child.run("/bin/bash", ["-c", script], input: bytes, timeout: 10).stdout
            #expect(!answer.hasPrefix("HTTP/1.1 200") && !answer.contains("root:"), "\(bytes): \(answer)")
            #expect(try sandbox.logIn().isEmpty == false)
        }
    }

    @Test func pathTricksLeadNowhere() throws {
        let sandbox = try RunningSandbox.start()
        let token = try sandbox.logIn()
        for path in ["/ca/../device", "/ca/%2e%2e/device", "//device", "/device//", "/ca/IOTmidCA%2Fcrl/x", "/ca/%00"] {
            let words = ["-sS", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}"]
            let token = ["-H", "Authorization: Bearer \(token)"]
            let outcome = try Child.run("/usr/bin/curl", words + token + [sandbox.ready.gateway + path])
            #expect(["400", "404"].contains(outcome.stdout), "\(path): \(outcome.stdout)")
        }
    }

    @Test func manySilentConnectionsDoNotKeepOthersOut() throws {
        let sandbox = try RunningSandbox.start()
        let script =
            "for i in $(seq 200); do exec {fd}<>/dev/tcp/127.0.0.1/\(sandbox.gatewayPort); done; echo open; read"
        let silent = try Child.start("/bin/bash", ["-c", script])
        #expect(silent.readLine(timeout: 20) == "open")
        #expect(try sandbox.request("GET", "/ca", token: sandbox.logIn()).status == 200)
        silent.closeInput()
        #expect(silent.wait(timeout: 10).status != 139)
    }
}
