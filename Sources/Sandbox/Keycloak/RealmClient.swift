/// A client of a Keycloak realm: a program that may ask for tokens.
struct RealmClient: Sendable, Equatable {
    let id: String
    /// nil for a public client.
    var secret: String?
    var isEnabled = true
    /// Whether users may log in through it with their password: the grant "password".
    var allowsDirectAccess = false
    /// Whether it may log in itself: the grant "client_credentials".
    var hasServiceAccount = false

    /// The clients of dojot's realm that users meet (dojot/docker-compose, keycloak/customRealmRepresentation.json, 1.0.0-rc.3).
    ///
    /// The realm has confidential ones for dojot's own services besides, whose secrets only these services have.
    static func standard(enablesTestClient: Bool) -> [RealmClient] {
        [
            RealmClient(id: "gui"),
            RealmClient(id: "dev-test-cli", isEnabled: enablesTestClient, allowsDirectAccess: true),
            RealmClient(id: "admin-cli", isEnabled: false),
        ]
    }
}
