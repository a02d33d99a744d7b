import TestSupport
import Testing

/// How the program ends while something is still under way.
@Suite struct EndingTests {
    /// OpenSSL's own cleanup at exit(3) once crashed one run in twenty here: a thread was still making the key.
    @Test func aCommandThatFailsWhileAKeyIsMadeEndsByItsExitCode() throws {
        let folder = try TemporaryFolder()
        for _ in 0..<60 {
            let outcome = try Child.run(
                Programs.path("dojot-device"), ["retrieve-cert", "http://127.0.0.1:1", "f60c28"],
                environment: ["SWIFT_BACKTRACE": "enable=no"], in: folder.path, timeout: 20)
            #expect(outcome.status == 64, "\(outcome.stderr)")
        }
    }
}
