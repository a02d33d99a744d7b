import HTTP
import TestSupport
import Testing

@testable import Dojot

/// The release by a gateway's routes, as dojot/docker-compose has them at each tag.
@Suite struct ReleaseDetectionTests {
    private static let unauthorized = ScriptedServer.Answer.json(#"{"message":"Unauthorized"}"#, status: 401)
    /// Up to 0.8 what has no route of its own goes to the web page's server.
    private static let page = ScriptedServer.Answer.status(200, "<!doctype html><html></html>")
    private static let noRoute = ScriptedServer.Answer.json(
        #"{"message":"no Route matched with those values"}"#, status: 404)

    @Test(
        arguments: [
            ([page, page, unauthorized], "0.4"), ([page, unauthorized, unauthorized, page, page], "0.5"),
            ([page, unauthorized, unauthorized, page, unauthorized], "0.5, 0.6 or 0.7"),
            ([page, unauthorized, unauthorized, unauthorized], "0.8"),
            ([noRoute, unauthorized, noRoute, .json(#"{"issuer":"x"}"#)], "1.0"),
            (
                [
                    noRoute, unauthorized, noRoute,
                    .json(#"{"error":"Realm does not exist"}"#, status: 404),
                ], "1.0"
            ),
            ([noRoute, unauthorized, noRoute, noRoute], nil), ([page], nil), ([noRoute], nil),
            // Something in front of the gateway wants a password for everything.
            ([unauthorized], nil), ([.silence], nil),
        ] as [([ScriptedServer.Answer], String?)])
    func releasesAreToldApartByTheirRoutes(answers: [ScriptedServer.Answer], releases: String?) throws {
        let server = try ScriptedServer(answers)
        defer { server.stop() }
        let found = ReleaseDetection.run(
            at: try Gateway(server.url("")), over: HTTPClient(), timeout: 1)
        #expect(found?.shownReleases == releases)
        #expect(server.requests.allSatisfy { $0.field("Authorization") == nil })
    }
}
