import FoundationEssentials
public import HTTP

/// Which release of dojot is behind a gateway, by the routes that the gateway has: no login is needed.
///
/// A route that wants a token answers 401 without one; what the gateway has no route for is answered by the web page (up to 0.8) or
/// with 404 (1.0). The routes are those of dojot/docker-compose: kong.config.sh at v0.4.0 to v0.4.3, kong/kong.config.sh at v0.5.0,
/// v0.5.2, v0.6.1, v0.7.1, v0.8.1 and commit 784696a (1.0-rc).
///
/// | route | 0.4 | 0.5.0, 0.5.1 | 0.5.2 to 0.7 | 0.8 | 1.0 |
/// |---|---|---|---|---|---|
/// | `/ca` | yes | on Kubernetes | on Kubernetes | on Kubernetes | no |
/// | `/x509` | no | yes | yes | yes | yes |
/// | `/tss` | no | no | yes | yes | yes |
/// | `/basic-auth` | no | no | no | yes | yes |
/// | `/history` | yes | yes | yes | yes | no |
/// | `/auth/realms` | no | no | no | no | yes |
public struct ReleaseDetection: Sendable, Equatable {
    /// The releases that have just these routes, at least one.
    public let releases: [DojotRelease]
    /// Which routes were found, and which were not: "/x509 and /tss, but no /basic-auth".
    public let evidence: String

    /// "0.8", "0.5, 0.6 or 0.7".
    public var shownReleases: String {
        let names = releases.map(\.rawValue)
        guard names.count > 1 else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }

    /// Sends up to five requests without a token.
    ///
    /// - Parameters:
    ///   - tenant: the realm that Keycloak is asked for; another answer than of a realm tells as much.
    ///   - timeout: of each request, in seconds.
    /// - Returns: nil if the routes are those of no release, or a request is not answered.
    public static func run(
        at gateway: Gateway, tenant: String = PlatformLogin.defaultTenant, over http: HTTPClient, timeout: Double
    ) -> ReleaseDetection? {
        let routes = Routes(gateway: gateway, http: http, timeout: timeout)
        do throws(HTTPError) {
            // Such as a proxy that wants a password for everything.
            if try routes.has("/dojot-device/no-such-route") { return nil }
            guard try routes.has("/x509/v1/ca") else {
                return try routes.has("/ca") ? ReleaseDetection(releases: [.v04], evidence: "/ca, but no /x509") : nil
            }
            guard try routes.has("/history/device/0/history") else {
                return try routes.hasKeycloak(tenant)
                    ? ReleaseDetection(releases: [.v10], evidence: "/x509 and Keycloak, but no /history") : nil
            }
            if try routes.has("/basic-auth/v1/devices/0/basic-credentials") {
                return ReleaseDetection(releases: [.v08], evidence: "/x509, /basic-auth and /history")
            }
            return try routes.has("/tss/v1/devices/0/data")
                ? ReleaseDetection(releases: [.v05, .v06, .v07], evidence: "/x509 and /tss, but no /basic-auth")
                : ReleaseDetection(releases: [.v05], evidence: "/x509, but no /tss")
        } catch {
            return nil
        }
    }

    private struct Routes {
        let gateway: Gateway
        let http: HTTPClient
        let timeout: Double

        /// Whether the gateway wants a token for the path, or gives JSON without one.
        func has(_ path: String) throws(HTTPError) -> Bool {
            let response = try get(path)
            guard response.body.first == UInt8(ascii: "{") || response.body.first == UInt8(ascii: "[") else {
                return false
            }
            return response.status < 300 || [401, 403].contains(response.status)
        }

        /// Whether Keycloak answers, be it that it has no such realm.
        func hasKeycloak(_ tenant: String) throws(HTTPError) -> Bool {
            let response = try get("/auth/realms/\(tenant)/.well-known/openid-configuration")
            if KeycloakErrorMapping.isUnknownRealm(response) { return true }
            return response.status == 200
                && (try? JSONDecoder().decode(KeycloakConfiguration.self, from: Data(response.body))) != nil
        }

        private func get(_ path: String) throws(HTTPError) -> HTTPResponse {
            try http.send(HTTPRequest(.get, gateway.url(path)), deadline: Deadline(seconds: timeout), retry: .never)
        }
    }
}
