extension FindingKind {
    static let ofNames = [nameCN, nameClientID, namePattern, nameUser]

    static let nameCN = FindingKind(
        "name.cn", .name, .dataError, "the certificate is for {cn}, not for {wanted}", cure: "{retrieve}")
    static let nameClientID = FindingKind(
        "name.clientid", .name, .dataError, "the client identifier is {id}, and the platform wants {wanted}",
        cure: "connect with -i {wanted}")
    static let namePattern = FindingKind(
        "name.pattern", .name, .dataError,
        "Mosca takes no client identifier such as {id}: letters, digits and \"_\" only, on both sides of the \":\"",
        cure: "use a device whose id has no \"-\" and no \".\"")
    static let nameUser = FindingKind(
        "name.user", .name, .dataError, "the user name is {user}, and VerneMQ wants {wanted}",
        cure: "connect with -u {wanted}")
    static let nameBare = FindingKind(
        "name.bare", .connack, .dataError,
        "the certificate is for {cn}, without its tenant: iotagent-mosca 0.5 and later refuse that",
        cure: "{check}", severity: .suspicion)
}
