/// A user as Keycloak knows them.
extension User {
    /// The id of the user in the realm: the `sub` of their tokens. It is the same in each run of the sandbox.
    var subject: String {
        // FNV-1a with 64 bits, twice: an id need not be secret, only different for each user.
        let halves = ["0", "1"].map { salt in
            (salt + name.lowercased()).utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
                ($0 ^ UInt64($1)) &* 0x100_0000_01b3
            }
        }
        return Random.uuid(halves[0], halves[1])
    }

    /// The user's roles: dojot's realm file gives its administrator these; who may not sign is no administrator.
    var realmRoles: [String] {
        ["offline_access", "uma_authorization"] + (maySign ? ["admin", "user"] : ["user"])
    }

    /// Whether a name that somebody logs in with is the user's: in any case, with dojot's auth service (which looks for the name in lower
    /// case, auth/controller/AuthenticationController.py, v0.8.0) as with Keycloak.
    func isNamed(_ text: String) -> Bool { name.lowercased() == text.lowercased() }
}
