/// `/user…`: the end entities, whom the CA may sign certificates for (RESTmain.py and controller/UserController.py of ejbca-rest v0.4.2;
/// what EJBCA says of an unknown one, a profile or a status is not there, and a guess).
struct EndEntityRoutes {
    /// What a request may say about one; all but the name has a default.
    private struct Edit: Decodable {
        var username: String?
        var password: String?
        var status: Int?
        var subjectDN: String?
        var caName: String?
        var certificateProfileName: String?
        var endEntityProfileName: String?
        var tokenType: String?
        var clearPwd: Bool?
    }

    /// The most bytes of a text, and the most end entities, so that the sandbox keeps within its memory.
    private static let (longestField, most) = (255, 500_000)

    private struct Found: Encodable { let user: [Shown] }

    /// An end entity as EJBCA shows it: without its password.
    private struct Shown: Encodable {
        let username: String
        let status: Int
        let subjectDN: String
        let caName: String
        let certificateProfileName: String
        let endEntityProfileName: String
        let tokenType: String
        let clearPwd: Bool
        let keyRecoverable = false
        let sendNotification = false

        init(_ entity: EndEntity) {
            username = entity.username
            status = entity.status.rawValue
            subjectDN = entity.subjectDN
            caName = entity.caName
            certificateProfileName = entity.certificateProfileName
            endEntityProfileName = entity.endEntityProfileName
            tokenType = entity.tokenType
            clearPwd = entity.clearPwd
        }
    }

    private struct Certificates: Encodable { let certs: [EJBCACertificate] }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/user") { call throws(Refusal) in
            try edit(try call.restBody(Edit.self), platform)
            return .message("ok", status: 200)
        }
        router.on("GET", "/user/:name") { call throws(Refusal) in
            guard let entity = platform.read({ $0.endEntities[call.parameter("name")] }) else {
                throw Refusal(404, "no certificates found")
            }
            return .json(Found(user: [Shown(entity)]))
        }
        router.on("DELETE", "/user/:name") { call throws(Refusal) in
            let reason = try AuthorityRoutes.revocationReason(call)
            let name = call.parameter("name")
            guard platform.read({ $0.endEntities[name] }) != nil else { throw .soap("User \(name) not found.") }
            // Where a reason is named, nothing else in the query is read.
            let deletes = call.request.query("reason") == nil && call.request.restFlag("delete", or: false)
            try platform.revoke(reason: reason) { $0.certificates.signed(for: name) }
            try platform.change { state, changes throws(Refusal) in
                guard var entity = state.endEntities[name] else { return }
                entity.status = .revoked
                changes.append(deletes ? .noEndEntity(name) : .endEntity(entity))
            }
            return .message("ok", status: 200)
        }
        router.on("GET", "/user/:name/find") { call throws(Refusal) in
            let name = call.parameter("name")
            let onlyValid = call.request.restFlag("valid", or: true)
            let now = Int64(Time.now)
            let found = platform.read { state in
                state.certificates.signed(for: name).filter {
                    !onlyValid || ($0.revocation == nil && $0.notAfter > now)
                }
            }
            guard !found.isEmpty else { throw Refusal(404, "no certificates found") }
            guard platform.options.restVersion.canShowCertificates else { throw .uncaughtException }
            return .json(Certificates(certs: found.map { .init($0) }))
        }
    }

    private static func edit(_ edit: Edit, _ platform: Platform) throws(Refusal) {
        guard let name = edit.username, !name.isEmpty else {
            throw Refusal(400, "required field usernamemissing.")
        }
        // EJBCA's table UserData has columns of 250 characters and more; what it says of a longer text is a guess.
        for text in [name, edit.password, edit.subjectDN, edit.tokenType] where text?.utf8.count ?? 0 > longestField {
            throw .soap("Value too long for a field of user \(name.prefix(32)).")
        }
        let authority = platform.authority.name
        if let asked = edit.caName, asked != authority { throw .soap("CA with name \(asked) does not exist.") }
        if let profile = edit.certificateProfileName, profile != "CFREE" {
            throw .soap("Certificate profile \(profile) does not exist.")
        }
        if let profile = edit.endEntityProfileName, profile != "EMPTY_CFREE" {
            throw .soap("End entity profile \(profile) does not exist.")
        }
        let status = EndEntity.Status(rawValue: edit.status ?? EndEntity.Status.new.rawValue)
        guard let status else { throw .soap("\(edit.status ?? 0) is no status of an end entity.") }
        try platform.change { state, changes throws(Refusal) in
            guard state.endEntities[name] != nil || state.endEntities.count < most else {
                throw Refusal(507, "the sandbox has room for \(most) end entities")
            }
            // The defaults hold for an edit too: what is not said goes back to them.
            var entity = EndEntity(name, caName: authority)
            entity.status = status
            entity.password = edit.password ?? entity.password
            entity.subjectDN = edit.subjectDN ?? entity.subjectDN
            entity.tokenType = edit.tokenType ?? entity.tokenType
            entity.clearPwd = edit.clearPwd ?? entity.clearPwd
            changes.append(.endEntity(entity))
        }
    }
}
