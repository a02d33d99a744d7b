extension FindingKind {
    static let ofGateway = [
        gatewayResolve, gatewayTCP, gatewaySilent, gatewayLost, gatewayTLSName, gatewayTLSAuthority, gatewayTLSExpired,
        gatewayTLSEarly, gatewayTLSNone, gatewayTLS, gatewayHTTP, gatewayUnavailable, gatewayOther, gatewayLibrary,
    ]

    private static func gateway(_ code: String, _ effect: Effect, _ cause: String, cure: String) -> FindingKind {
        FindingKind("gateway.\(code)", .gateway, effect, cause, cure: cure, severity: .aside)
    }

    static let gatewayResolve = gateway(
        "resolve", .unavailable, "the gateway's name {host} has no address",
        cure: "getent hosts {host}")
    static let gatewayTCP = gateway(
        "tcp", .unavailable, "nothing answers at the gateway {gateway}: {reason}",
        cure: "curl -v {gateway}")
    static let gatewaySilent = gateway(
        "silent", .temporaryFailure, "the gateway {gateway} says nothing: {reason}",
        cure: "curl -v --max-time 60 {gateway}")
    static let gatewayLost = gateway(
        "lost", .temporaryFailure, "the gateway {gateway} ended the connection without an answer: {reason}",
        cure: "curl -v {gateway}")
    static let gatewayTLSName = gateway(
        "tls.name", .refused, "the certificate of the gateway is not for {host}: {reason}",
        cure: "give the gateway's URL with a name that its certificate is for")
    static let gatewayTLSAuthority = gateway(
        "tls.ca", .refused,
        "the certificate of the gateway {gateway} is not signed by a CA that is trusted here: {reason}",
        cure: "give the certificate of that CA with --https-ca")
    static let gatewayTLSExpired = gateway(
        "tls.expired", .refused, "the certificate of the gateway {gateway} has expired, by this machine's clock",
        cure: "have the gateway's operator renew it, unless the clock is wrong: date -u")
    static let gatewayTLSEarly = gateway(
        "tls.early", .refused, "the certificate of the gateway {gateway} is not valid yet, by this machine's clock",
        cure: "set this machine's clock: date -u")
    static let gatewayTLSNone = gateway(
        "tls.none", .protocolError, "the gateway {gateway} speaks no TLS on that port",
        cure: "give the gateway as {plain}")
    static let gatewayTLS = gateway(
        "tls.failed", .protocolError, "TLS with the gateway {gateway} fails: {reason}",
        cure: "curl -v {gateway}")
    static let gatewayHTTP = gateway(
        "http", .protocolError, "what answers at {gateway} is no gateway: {reason}",
        cure: "see whether the port is the gateway's, usually 8000, and not the broker's")
    static let gatewayUnavailable = gateway(
        "unavailable", .temporaryFailure, "the gateway {gateway} answers {status}: what is behind it is down",
        cure: "wait, or have the platform's operator look at it")
    static let gatewayOther = gateway(
        "other", .protocolError, "what answers at {gateway} is no gateway of dojot's: it says {status}",
        cure: "give the URL of dojot's gateway, which has port 8000 in a default installation")
    static let gatewayLibrary = gateway(
        "curl", .unavailable, "the gateway cannot be spoken to: {reason}", cure: "sudo apt-get install libcurl4")

    static let ofLogin = [
        loginUser, loginPassword, loginAccount, loginClient, loginNoTenant, loginToken, loginExpired, loginIssuer,
        loginTenant, loginForbidden, loginFailed,
    ]

    private static func login(_ code: String, _ effect: Effect, _ cause: String, cure: String) -> FindingKind {
        FindingKind("login.\(code)", .login, effect, cause, cure: cure, severity: .aside)
    }

    static let loginUser = login(
        "user", .refused, "the gateway does not know the user, or has made it inactive: {reason}",
        cure: "see whether --login-user is that of the dojot web page")
    static let loginPassword = login(
        "password", .refused, "the password is wrong: {reason}", cure: "use the password of the dojot web page")
    static let loginAccount = login(
        "account", .refused, "the account is not set up yet, such as with its first password unchanged: {reason}",
        cure: "log in once on the web page and choose a new password there: {page}")
    static let loginClient = login(
        "client", .refused, "the client of the login is refused: {reason}",
        cure: "have an administrator enable dev-test-cli at {page}, or name another client with --client-id")
    static let loginNoTenant = login(
        "unknown-tenant", .dataError, "the platform has no such tenant: {reason}",
        cure: "name the user's tenant with --tenant")
    static let loginToken = login(
        "token", .dataError, "what was given as a token is none: {reason}",
        cure: "export DOJOT_TOKEN=$(dojot-device login {gateway})")
    static let loginExpired = login(
        "expired", .refused, "the token has expired, or the gateway does not know it",
        cure: "export DOJOT_TOKEN=$(dojot-device login {gateway})")
    static let loginIssuer = login(
        "issuer", .refused, "the gateway accepts only tokens for the name that dojot was installed with: {reason}",
        cure: "give the gateway's URL with that name, its DOJOT_DOMAIN_NAME")
    static let loginTenant = login(
        "tenant", .refused, "the login is for the tenant {tenant}, and the device is of {wanted}",
        cure: "log in as a user of {wanted}, with --login-user")
    static let loginForbidden = login(
        "forbidden", .refused, "the user may not look at what was asked for: {reason}",
        cure: "ask the tenant's administrator for the permission, or log in as another user, with --login-user")
    static let loginFailed = login(
        "failed", .unavailable, "the login fails: {reason}", cure: "wait, or have the platform's operator look at it")

    static let ofPlatform = [
        deviceUnknown, deviceDisabled, deviceFailed, entityOtherCA, entityUnknown, entityGenerated, entityUnassociated,
        entityOther, entityFailed,
    ]

    static let deviceUnknown = FindingKind(
        "device.unknown", .device, .dataError, "the platform has no device {device}",
        cure: "{devices}")
    static let deviceDisabled = FindingKind(
        "device.disabled", .device, .refused,
        "device {device} is disabled: the platform discards what it publishes, without an answer",
        cure: "enable it on the dojot web page, or have an administrator do so", severity: .aside)
    static let deviceFailed = FindingKind(
        "device.failed", .device, .unavailable, "the platform does not say whether it has the device: {reason}",
        cure: "have the platform's operator look at it", severity: .aside)
    static let entityOtherCA = FindingKind(
        "entity.other-ca", .entity, .dataError,
        "{authority} is not the certificate of the platform's CA: the platform at {gateway} is another one, or was set up again",
        cure: "{retrieve}")
    static let entityUnknown = FindingKind(
        "entity.unknown", .entity, .dataError,
        "the platform did not sign the certificate in {certificate}, or forgot it",
        cure: "{retrieve}")
    static let entityGenerated = FindingKind(
        "entity.generated", .entity, .dataError,
        "the end entity {entity} is GENERATED: it was signed for already, and the certificate is not here",
        cure: "{retrieve}")
    static let entityUnassociated = FindingKind(
        "entity.unassociated", .entity, .refused,
        "the certificate in {certificate} is associated with no device, so that the broker refuses it",
        cure: "{associate}")
    static let entityOther = FindingKind(
        "entity.other", .entity, .refused,
        "the certificate in {certificate} is associated with {other}, not with {device}",
        cure: "{associate}")
    static let entityFailed = FindingKind(
        "entity.failed", .entity, .unavailable, "the platform does not say what it holds of the device: {reason}",
        cure: "have the platform's operator look at it", severity: .aside)
}
