import Dojot
import HTTP
import Testing

@testable import DojotDevice

/// Each way in which the gateway fails has its exit code and, where there is one, a way out.
@Suite struct FailureTests {
    @Test(
        arguments: [
            (.cannotResolve, .unavailable), (.cannotConnect, .unavailable), (.libraryMissing, .unavailable),
            (.timedOut, .temporaryFailure), (.connectionLost, .temporaryFailure), (.tooLarge, .protocolError),
            (.notHTTP, .protocolError), (.authorityFileMissing, .noInput), (.authorityFileInvalid, .dataError),
            (.invalidRequest, .dataError), (.interrupted, .interrupted), (.other, .failure),
            (.tls(.hostName), .refused), (.tls(.unknownAuthority), .refused), (.tls(.expired), .refused),
            (.tls(.notYetValid), .refused), (.tls(.revoked), .refused), (.tls(.refusedByServer), .refused),
            (.tls(.notTLS), .protocolError), (.tls(.tooOld), .protocolError), (.tls(.other), .protocolError),
        ] as [(HTTPError.Code, ExitCode)])
    func whatHappensBelowHttp(code: HTTPError.Code, exitCode: ExitCode) {
        let error = HTTPError(code, method: "GET", url: "https://gw.example:8443/ca", reason: "why")
        let failure = Failure(error)
        #expect(failure.exitCode == exitCode)
        #expect(failure.message == "GET https://gw.example:8443/ca: why")
        let wrapped = Failure(DojotError(.transport(code), "cannot do it: \(error)", transport: error))
        #expect(wrapped.exitCode == exitCode)
        #expect(wrapped.hint == failure.hint)
    }

    @Test(
        arguments: [
            (.invalidName, .usage), (.invalidGateway, .usage), (.invalidToken, .dataError), (.unknownCA, .dataError),
            (.unknownDevice, .dataError), (.wrongState, .dataError), (.requestRefused, .dataError),
            (.unauthorized, .refused), (.forbidden, .refused), (.wrongEndEntityPassword, .refused),
            (.protocolViolation, .protocolError), (.unavailable, .temporaryFailure), (.rateLimited, .temporaryFailure),
            (.serverFailure, .unavailable), (.notActuator, .refused),
        ] as [(DojotError.Code, ExitCode)])
    func whatThePlatformSays(code: DojotError.Code, exitCode: ExitCode) {
        let failure = Failure(DojotError(code, "cannot do it: why"))
        #expect(failure.exitCode == exitCode)
        #expect(failure.message == "cannot do it: why")
    }

    @Test func waysOut() {
        func hint(_ code: HTTPError.Code, _ url: String = "https://gw.example:8443/ca") -> String? {
            Failure(HTTPError(code, method: "GET", url: url, reason: "why")).hint
        }
        #expect(hint(.libraryMissing)?.contains("apt-get install libcurl4") == true)
        #expect(hint(.cannotResolve) == "getent hosts gw.example")
        #expect(hint(.cannotConnect)?.contains("curl -v https://gw.example:8443/ca") == true)
        #expect(hint(.cannotConnect, "http://127.0.0.1:8000/auth")?.contains("dojot-sandbox") == true)
        #expect(hint(.tls(.notTLS)) == "give the gateway as http://gw.example:8443")
        #expect(hint(.tls(.unknownAuthority))?.contains("--https-ca") == true)
        #expect(hint(.tls(.notYetValid))?.contains("date") == true)
        #expect(hint(.timedOut)?.contains("--timeout") == true)
        #expect(Failure(DojotError(.protocolViolation, "why", status: 301)).hint?.contains("redirects") == true)
        let unknown = DojotError(.unknownCA, "why", knownNames: ["IOTmidCA", "OtherCA"])
        #expect(Failure(unknown).hint == "the platform has: IOTmidCA, OtherCA")
        #expect(Failure(DojotError(.rateLimited, "why", retryAfter: 119.2)).hint == "run it again in 120 s")
        #expect(Failure(DojotError(.wrongEndEntityPassword, "why")).hint?.contains("--end-entity-password") == true)
    }
}
