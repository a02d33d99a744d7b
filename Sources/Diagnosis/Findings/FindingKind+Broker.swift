extension FindingKind {
    static let ofNetwork = [dnsUnknown, dnsSilent, tcpRefused, tcpUnreachable, tcpSilent]

    static let dnsUnknown = FindingKind(
        "dns.unknown", .dns, .unavailable, "the broker's name {host} has no address: {reason}",
        cure: "getent hosts {host}")
    static let dnsSilent = FindingKind(
        "dns.silent", .dns, .temporaryFailure, "nobody says the address of {host} in time",
        cure: "getent hosts {host}")
    static let tcpRefused = FindingKind(
        "tcp.refused", .tcp, .unavailable, "nobody listens on port {port} of {host}",
        cure: "see whether the broker is running, and this is its port: MQTT over TLS is usually on 8883")
    static let tcpUnreachable = FindingKind(
        "tcp.unreachable", .tcp, .unavailable, "there is no way to {host}: {reason}",
        cure: "ip route get {address}")
    static let tcpSilent = FindingKind(
        "tcp.silent", .tcp, .temporaryFailure, "port {port} of {host} does not answer, as behind a firewall that drops",
        cure: "nc -vz -w 5 {host} {port}")

    static let ofTLS = [
        tlsLocal, tlsNone, tlsHTTP, tlsOther, tlsExpected, tlsSilent, tlsClosed, tlsVersion, tlsFailed, tlsName,
        tlsSelfSigned, tlsAuthority, tlsExpired, tlsEarly, tlsRevoked, tlsCertificate,
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
        cure: "give the CA's certificate with --cafile, and the device's with --cert and --key")
    static let tlsSilent = FindingKind(
        "tls.silent", .tls, .temporaryFailure, "{peer} takes the connection and says nothing",
        cure: "see whether the broker hangs, or whether that is its port")
    static let tlsClosed = FindingKind(
        "tls.closed", .tls, .temporaryFailure, "{peer} closes the connection in the middle of the TLS handshake",
        cure: "see the broker's log")
    static let tlsVersion = FindingKind(
        "tls.version", .tls, .protocolError,
        "the broker and this side share no version of TLS from 1.2 on, or no cipher",
        cure: "openssl s_client -connect {peer} </dev/null")
    static let tlsFailed = FindingKind(
        "tls.failed", .tls, .protocolError, "the TLS handshake fails: {reason}",
        cure: "openssl s_client -connect {peer} </dev/null")
    static let tlsName = FindingKind(
        "tls.name", .tls, .refused, "no name in the broker's certificate is {host}",
        cure: "{way}add {host} to MOSCA_TLS_DNS_LIST")
    static let tlsSelfSigned = FindingKind(
        "tls.self-signed", .tls, .refused, "the broker's certificate is signed by its own key, by no CA",
        cure: "give the broker a certificate of the platform's CA, or trust this one with --cafile")
    static let tlsAuthority = FindingKind(
        "tls.ca", .tls, .refused,
        "the broker's certificate was issued by {issuer}: it was not signed by any CA {trusted}",
        cure: "{trust}")
    static let tlsExpired = FindingKind(
        "tls.expired", .tls, .refused, "the broker's certificate expired on {date}, by this machine's clock",
        cure: "it must be renewed on the broker's side, unless the clock is wrong: date -u")
    static let tlsEarly = FindingKind(
        "tls.early", .tls, .refused,
        "the broker's certificate is not valid before {date}; this machine's clock says {now}",
        cure: "set this machine's clock, if that is wrong: date -u")
    static let tlsRevoked = FindingKind(
        "tls.revoked", .tls, .refused, "the broker's certificate is revoked, says {source}",
        cure: "have the broker's operator get it a new certificate")
    static let tlsCertificate = FindingKind(
        "tls.certificate", .tls, .refused, "the broker's certificate does not hold: {reason}",
        cure: "have the broker's operator look at its certificate")

    static let ofClient = [
        clientRevoked, clientExpired, clientEarly, clientUnknownCA, clientMissing, clientRefused, clientUnasked,
    ]

    static let clientRevoked = FindingKind(
        "tls.client.revoked", .client, .refused,
        "the broker refuses the certificate in {certificate}: it is revoked",
        cure: "{retrieve}")
    static let clientExpired = FindingKind(
        "tls.client.expired", .client, .refused, "the broker refuses the certificate in {certificate}: it has expired",
        cure: "{retrieve}")
    static let clientEarly = FindingKind(
        "tls.client.early", .client, .refused,
        "the broker refuses the certificate in {certificate}: it is not valid yet",
        cure: "set this machine's clock, if that is wrong: date -u")
    static let clientUnknownCA = FindingKind(
        "tls.client.unknown-ca", .client, .refused,
        "the broker does not know who signed the certificate in {certificate}: {issuer}",
        cure: "use a certificate of the platform that the broker belongs to{accepted}")
    static let clientMissing = FindingKind(
        "tls.client.missing", .client, .refused, "the broker asks for a certificate, and none was given",
        cure: "{name}")
    static let clientRefused = FindingKind(
        "tls.client.refused", .client, .refused, "the broker refuses the certificate in {certificate}: {reason}",
        cure: "see the broker's log")
    static let clientUnasked = FindingKind(
        "tls.client.unasked", .client, .refused,
        "the broker does not ask for a certificate: it does not know the device",
        cure: "see whether that is the broker's port for devices, usually 8883", severity: .warning)
}
