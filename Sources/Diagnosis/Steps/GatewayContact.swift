import Dojot
import HTTP

/// The first request to the gateway, which nobody need log in for: does it answer, and what time does it say?
final class GatewayContact {
    let http: HTTPClient
    /// The answer, or why there is none.
    let outcome: Result<HTTPResponse, HTTPError>
    /// By how many seconds the gateway's clock is ahead of this machine's; nil where it did not tell.
    let clockOffset: Int64?

    init(_ platform: Subject.Platform, timeout: Double) {
        http = HTTPClient(trust: platform.trust)
        let request = HTTPRequest(.get, platform.gateway.url("/device"))
        do throws(HTTPError) {
            outcome = .success(try http.send(request, deadline: Deadline(seconds: timeout), retry: .never))
            clockOffset = http.serverClockOffset
        } catch {
            outcome = .failure(error)
            clockOffset = error.isAboutTime ? GatewayContact.askTime(request, timeout) : nil
        }
    }

    /// The time of a gateway whose certificate does not hold by this machine's clock, which may be what is wrong: nothing that is
    /// worth anything is sent, and nothing else is believed.
    private static func askTime(_ request: HTTPRequest, _ timeout: Double) -> Int64? {
        let http = HTTPClient(trust: .none)
        _ = try? http.send(request, deadline: Deadline(seconds: timeout), retry: .never)
        return http.serverClockOffset
    }
}

extension GatewayContact {
    /// Whether HTTP without TLS is behind the port of an https gateway: some servers hang up on TLS without a word.
    func speaksPlainHTTP(_ url: String, timeout: Double) -> Bool {
        let answer = try? http.send(HTTPRequest(.get, url), deadline: Deadline(seconds: timeout), retry: .never)
        // With 400 a server that does speak TLS answers what is none.
        return answer.map { $0.status != 400 } ?? false
    }
}

extension HTTPError {
    fileprivate var isAboutTime: Bool { code == .tls(.notYetValid) || code == .tls(.expired) }
}
