extension SandboxServer {
    /// How users log in and are known by their tokens, as the release has it.
    ///
    /// - Parameter gatewayPort: The port that the gateway listens on: it is in the issuer of Keycloak's tokens.
    static func makeAccess(
        _ options: SandboxOptions, gatewayPort: UInt16
    ) throws(SandboxError) -> GatewayAccess {
        let users = options.numberedUsers
        switch options.release.login {
        case .auth:
            let issuer = TokenIssuer(life: options.tokenLife ?? 420)
            return options.release == .v04 ? .oldJWT(issuer, users) : .jwt(issuer, users)
        case .keycloak:
            var clients = RealmClient.standard(enablesTestClient: options.enablesTestClient)
            for client in options.confidentialClients {
                let secret = try secret(in: client.secretFile)
                clients.append(RealmClient(id: client.id, secret: secret, hasServiceAccount: true))
            }
            var lifespans = Realm.Lifespans()
            if let life = options.tokenLife { lifespans.access = life }
            // As KEYCLOAK_FRONTEND_URL of dojot's installation: the domain that it was installed for, over HTTP.
            return .keycloak(
                try Realm(
                    options.tenant, frontend: "http://\(options.ownHost):\(gatewayPort)/auth", clients: clients,
                    users: users, lifespans: lifespans))
        }
    }

    /// The secret of a client: the first line of a file, as dojot's Keycloak reads it (dojot/dojot,
    /// iam/keycloak/dojot-provider/…/DojotRealmManager.java, 1.0.0-rc.3).
    private static func secret(in path: String) throws(SandboxError) -> String {
        guard let bytes = try AtomicFile.read(path) else {
            throw SandboxError(.file, "cannot read the client's secret: there is no file \(path)")
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else { throw SandboxError(.file, "the client's secret in \(path) is empty") }
        return String(decoding: line, as: UTF8.self)
    }
}
