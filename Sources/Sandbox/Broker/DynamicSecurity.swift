import CLibCrypto
import PKI

/// What mosquitto's dynamic-security plugin is told: who may do what, as its file at the start and as commands later.
struct DynamicSecurity: Sendable {
    struct Rule: Encodable, Sendable {
        let acltype: String
        let topic: String
        let allow = true
    }

    struct Role: Encodable, Sendable {
        let rolename: String
        let acls: [Rule]
    }

    struct RoleName: Encodable, Sendable { let rolename: String }

    struct Client: Encodable, Sendable {
        let username: String
        let roles: [RoleName]
        var password: String?
        var salt: String?
        var iterations: Int?
    }

    struct Group: Encodable, Sendable {
        let groupname: String
        let roles: [RoleName]
    }

    struct Defaults: Encodable, Sendable {
        let publishClientSend = false
        let publishClientReceive = false
        let subscribe = false
        let unsubscribe = true
    }

    private struct File: Encodable {
        let defaultACLAccess = Defaults()
        let clients: [Client]
        let groups: [Group]
        let roles: [Role]
        let anonymousGroup: String?
    }

    /// One command of `$CONTROL/dynamic-security/v1`.
    struct Command: Encodable, Sendable {
        let command: String
        var username: String?
        var rolename: String?
        var roles: [RoleName]?
        var acls: [Rule]?
        var correlationData: String?
    }

    /// The group of whoever comes without TLS.
    static let anonymous = "unsecured"

    let topics: DeviceTopics
    /// Whether there is a listener without TLS.
    let isUnsecured: Bool
    /// The user name and password of the sandbox itself.
    let controlName: String
    let controlPassword: String

    /// The plugin's file, for the devices that are there at the start.
    func file(_ admissions: [Admission]) -> [UInt8] {
        let control = Role(
            rolename: "sandbox",
            acls: [
                Rule(acltype: "publishClientSend", topic: "#"),
                Rule(acltype: "publishClientSend", topic: "$CONTROL/dynamic-security/#"),
                Rule(acltype: "publishClientReceive", topic: "#"),
                Rule(acltype: "publishClientReceive", topic: "$CONTROL/dynamic-security/#"),
                Rule(acltype: "subscribePattern", topic: "#"),
                Rule(acltype: "subscribePattern", topic: "$CONTROL/dynamic-security/#"),
            ])
        let salt = Random.bytes(12)
        let iterations = 101
        let controlClient = Client(
            username: controlName, roles: [RoleName(rolename: "sandbox")],
            password: Base64.encode(hash(controlPassword, salt: salt, iterations: iterations)),
            salt: Base64.encode(salt), iterations: iterations)
        let clients = admissions.flatMap { admission in
            admission.names.map { Client(username: $0, roles: roles(admission.device)) }
        }
        let group = Group(groupname: Self.anonymous, roles: [RoleName(rolename: Self.anonymous)])
        let file = File(
            clients: [controlClient] + clients, groups: isUnsecured ? [group] : [],
            roles: [control, Role(rolename: Self.anonymous, acls: anyRules)]
                + admissions.map { Role(rolename: Self.role($0.device), acls: rules($0.device)) },
            anonymousGroup: isUnsecured ? Self.anonymous : nil)
        return JSON.encode(file, pretty: true)
    }

    /// The commands that make a device known and let it in by its names.
    func adding(_ admission: Admission) -> [Command] {
        let role = Self.role(admission.device)
        return [Command(command: "createRole", rolename: role, acls: rules(admission.device))] + admitting(admission)
    }

    /// The commands that let a known device in by more names.
    func admitting(_ admission: Admission) -> [Command] {
        admission.names.map { Command(command: "createClient", username: $0, roles: roles(admission.device)) }
    }

    /// The commands that let nobody in by names any more, and end their sessions.
    func expelling(_ names: some Sequence<String>) -> [Command] {
        names.map { Command(command: "deleteClient", username: $0) }
    }

    /// The commands that shut a device out, end its sessions and forget it.
    func removing(_ admission: Admission) -> [Command] {
        expelling(admission.names) + [Command(command: "deleteRole", rolename: Self.role(admission.device))]
    }

    /// The commands that end the sessions of a name and change nothing else.
    func interrupting(_ name: String) -> [Command] {
        [Command(command: "disableClient", username: name), Command(command: "enableClient", username: name)]
    }

    private static func role(_ device: String) -> String { "device-\(device)" }

    private func roles(_ device: String) -> [RoleName] { [RoleName(rolename: Self.role(device))] }

    private func rules(_ device: String) -> [Rule] {
        topics.attributes(of: device).map { Rule(acltype: "publishClientSend", topic: $0) }
            + topics.configuration(of: device).flatMap { configuration in
                [
                    Rule(acltype: "publishClientReceive", topic: configuration),
                    Rule(acltype: "subscribeLiteral", topic: configuration),
                ]
            }
    }

    /// What anybody may do without TLS, where nothing says who it is: speak for any device, and hear what any is told.
    ///
    /// A role a device would not do: with each one that is added to its group, the plugin ends all sessions without TLS.
    private var anyRules: [Rule] {
        topics.allAttributes.map { Rule(acltype: "publishClientSend", topic: $0) }
            + topics.allConfigurations.flatMap { configurations in
                [
                    Rule(acltype: "publishClientReceive", topic: configurations),
                    Rule(acltype: "subscribePattern", topic: configurations),
                ]
            }
    }

    /// The plugin keeps PBKDF2 with HMAC-SHA512 (RFC 8018, section 5.2).
    private func hash(_ password: String, salt: [UInt8], iterations: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 64)
        PKCS5_PBKDF2_HMAC(
            password, Int32(password.utf8.count), salt, Int32(salt.count), Int32(iterations), EVP_sha512(),
            Int32(result.count), &result)
        return result
    }
}
