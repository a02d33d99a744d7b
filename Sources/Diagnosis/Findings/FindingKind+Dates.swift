extension FindingKind {
    static let ofDates = [clockWrong, datesExpired, datesEarly, datesAuthority, clockOff, datesSoon]

    static let clockWrong = FindingKind(
        "clock.wrong", .dates, .dataError, "this machine's clock says {now}, and is {span} {direction} the gateway's",
        cure: "sudo date -u -s {time}")
    static let datesExpired = FindingKind(
        "dates.expired", .dates, .dataError, "the certificate in {certificate} expired on {date}, {span} ago",
        cure: "{renew}")
    static let datesEarly = FindingKind(
        "dates.early", .dates, .dataError,
        "the certificate in {certificate} is not valid before {date}, and this machine's clock says {now}",
        cure: "set this machine's clock, if that is wrong: date -u")
    static let datesAuthority = FindingKind(
        "dates.ca", .dates, .dataError, "the CA's certificate in {authority} {reason}",
        cure: "{retrieve}")
    static let clockOff = FindingKind(
        "clock.off", .dates, .dataError, "this machine's clock is {span} {direction} the gateway's",
        cure: "sudo date -u -s {time}", severity: .warning)
    static let datesSoon = FindingKind(
        "dates.soon", .dates, .dataError, "the certificate in {certificate} expires in {span}",
        cure: "{renew}", severity: .warning)

    static let ofRevocation = [crlRevoked, crlForged, crlStale, crlOld, crlUnusable]

    static let crlRevoked = FindingKind(
        "crl.revoked", .crl, .refused, "the certificate in {certificate} was revoked{reason}", cure: "{retrieve}")
    static let crlForged = FindingKind(
        "crl.forged", .crl, .dataError,
        "the revocation list {source} names {issuer} as its issuer, and was not signed by any CA in {authority}",
        cure: "{list}", severity: .suspicion)
    static let crlStale = FindingKind(
        "crl.stale", .crl, .refused, "the revocation list {source} should have been replaced on {date}",
        cure: "have the platform make a new one: brokers refuse everybody by a list that is too old",
        severity: .suspicion)
    static let crlOld = FindingKind(
        "crl.old", .crl, .dataError, "the revocation list {source} should have been replaced on {date}",
        cure: "{list}", severity: .warning)
    static let crlUnusable = FindingKind(
        "crl.unusable", .crl, .dataError,
        "the revocation list {source} {reason}: whether the certificate is revoked is not known",
        cure: "{list}", severity: .warning)
}
