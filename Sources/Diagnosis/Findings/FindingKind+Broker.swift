extension FindingKind {
    static let ofNetwork = [dnsUnknown, dnsSilent, tcpRefused, tcpUnreachable, tcpSilent]

    static let dnsUnknown = FindingKind(
        "dns.unknown", .dns, .unavailable, "the broker's name {host} has no address: {reason}",
        cure: "see whether the name is right: getent hosts {host}")
    static let dnsSilent = FindingKind(
        "dns.silent", .dns, .temporaryFailure, "nobody says the address of {host} in time",
        cure: "see whether the name server answers: getent hosts {host}")
    static let tcpRefused = FindingKind(
        "tcp.refused", .tcp, .unavailable, "nobody listens on port {port} of {host}",
        cure: "see whether the broker is running, and this is its port: MQTT over TLS is usually on 8883")
    static let tcpUnreachable = FindingKind(
        "tcp.unreachable", .tcp, .unavailable, "there is no way to {host}: {reason}",
        cure: "see the way there: ip route get {address}")
    static let tcpSilent = FindingKind(
        "tcp.silent", .tcp, .temporaryFailure, "port {port} of {host} does not answer, as behind a firewall that drops",
        cure: "see whether host and port are right, and a firewall lets them through: nc -vz {host} {port}")

    static let ofTLS = [
        tlsLocal, tlsNone, tlsHTTP, tlsOther, tlsExpected, tlsSilent, tlsClosed, tlsVersion, tlsFailed, tlsName,
        tlsSelfSigned, tlsAuthority, tlsExpired, tlsEarly, tlsCertificate,
    ]

    static let tlsLocal = FindingKind(
        "tls.local", .tls, .dataError, "OpenSSL does not take these files or settings: {reason}", cure: "{retrieve}")
    static let tlsNone = FindingKind(
        "tls.none", .tls, .protocolError, "MQTT without TLS is behind port {port} of {host}",
        cure: "use the broker's TLS port, usually 8883")
    static let tlsHTTP = FindingKind(
        "tls.http", .tls, .protocolError, "HTTP is behind port {port} of {host}, not MQTT over TLS",
        cure: "use the broker's TLS port, usually 8883")
    static let tlsOther = FindingKind(
        "tls.other", .tls, .protocolError, "what answers on port {port} of {host} speaks no TLS: it says {greeting}",
        cure: "use the broker's TLS port, usually 8883")
    static let tlsExpected = FindingKind(
        "tls.expected", .tls, .protocolError, "TLS is behind port {port} of {host}, and none was asked for",
        cure: "name the CA's file with --cafile FILE, and the device's with --cert and --key")
    static let tlsSilent = FindingKind(
        "tls.silent", .tls, .temporaryFailure, "{peer} takes the connection and says nothing",
        cure: "see whether the broker hangs, or whether that is its port")
    static let tlsClosed = FindingKind(
        "tls.closed", .tls, .temporaryFailure, "{peer} closes the connection in the middle of the TLS handshake",
        cure: "see the broker's log")
    static let tlsVersion = FindingKind(
        "tls.version", .tls, .protocolError, "the broker and this side share no version of TLS, or no cipher",
        cure: "see what it speaks: openssl s_client -connect {peer}; TLS 1.2 is the least that is spoken here")
    static let tlsFailed = FindingKind(
        "tls.failed", .tls, .protocolError, "the TLS handshake fails: {reason}",
        cure: "openssl s_client -connect {peer} says more")
    static let tlsName = FindingKind(
        "tls.name", .tls, .refused, "no name in the broker's certificate is {host}",
        cure: "connect with -h {name}, or add {host} to MOSCA_TLS_DNS_LIST")
    static let tlsSelfSigned = FindingKind(
        "tls.self-signed", .tls, .refused, "the broker's certificate is signed by its own key, by no CA",
        cure: "give the broker a certificate of the platform's CA, or trust this one: --cafile FILE")
    static let tlsAuthority = FindingKind(
        "tls.ca", .tls, .refused, "the broker's certificate was issued by {issuer}, and {trusted} did not sign it",
        cure: "use the CA certificate of the platform that the broker belongs to: --cafile FILE")
    static let tlsExpired = FindingKind(
        "tls.expired", .tls, .refused, "the broker's certificate expired on {date}, by this machine's clock",
        cure: "it must be renewed on the broker's side, unless the clock is wrong: date -u")
    static let tlsEarly = FindingKind(
        "tls.early", .tls, .refused,
        "the broker's certificate is not valid before {date}; this machine's clock says {now}",
        cure: "set this machine's clock, if that is wrong: date -u")
    static let tlsCertificate = FindingKind(
        "tls.certificate", .tls, .refused, "the broker's certificate does not hold: {reason}",
        cure: "have the broker's operator look at its certificate")

    static let ofClient = [
        clientRevoked, clientExpired, clientUnknownCA, clientMissing, clientRefused, clientUnasked,
    ]

    static let clientRevoked = FindingKind(
        "tls.client.revoked", .client, .refused, "the broker says that the certificate in {certificate} is revoked",
        cure: "{retrieve}")
    static let clientExpired = FindingKind(
        "tls.client.expired", .client, .refused, "the broker says that the certificate in {certificate} has expired",
        cure: "{retrieve}")
    static let clientUnknownCA = FindingKind(
        "tls.client.unknown-ca", .client, .refused,
        "the broker does not know who signed the certificate in {certificate}: {issuer}",
        cure: "use a certificate of the platform that the broker belongs to{accepted}")
    static let clientMissing = FindingKind(
        "tls.client.missing", .client, .refused, "the broker asks for a certificate, and none was given",
        cure: "name it and its key with --cert FILE --key FILE; dojot-device retrieve-cert gets one")
    static let clientRefused = FindingKind(
        "tls.client.refused", .client, .refused, "the broker refuses the certificate in {certificate}: {reason}",
        cure: "see the broker's log")
    static let clientUnasked = FindingKind(
        "tls.client.unasked", .client, .refused,
        "the broker does not ask for a certificate: it does not know the device",
        cure: "see whether that is the broker's port for devices, usually 8883", severity: .warning)
}
