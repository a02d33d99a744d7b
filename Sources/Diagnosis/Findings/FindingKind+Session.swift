extension FindingKind {
    static let ofConnack = [
        connackVersion, connackIdentifier, connackUnavailable, connackUser, connackUnauthorized, connackUnassociated,
        connackOther,
        connackSilent, connackClosed, connackProtocol, nameBare,
    ]

    // MQTT 3.1.1, section 3.2.2.3; MQTT 5's reason codes 132 to 136 of the same meaning have the same codes here.
    static let connackVersion = FindingKind(
        "connack.1", .connack, .protocolError, "the broker does not speak this version of MQTT ({reason})",
        cure: "choose another one with --protocol-version")
    static let connackIdentifier = FindingKind(
        "connack.2", .connack, .refused, "the broker does not take the client identifier {id} ({reason})",
        cure: "{identify}")
    static let connackUnavailable = FindingKind(
        "connack.3", .connack, .temporaryFailure, "the broker serves nobody at the moment ({reason})",
        cure: "wait, or have the broker's operator look at it")
    static let connackUser = FindingKind(
        "connack.4", .connack, .refused, "the broker does not take the user name or the password ({reason})",
        cure: "give the user's name with --username and the right password with --pw")
    static let connackUnauthorized = FindingKind(
        "connack.5", .connack, .refused, "the broker does not let {id} in ({reason})",
        cure: "{identity}")
    // VerneMQ of 0.7 and later looks the certificate's fingerprint up in the certificate-acl service.
    static let connackUnassociated = FindingKind(
        "connack.unassociated", .connack, .refused,
        "the broker refuses {id} ({reason}): the certificate in {certificate} is likely to be associated with no device, or with another",
        cure: "{check}")
    static let connackOther = FindingKind(
        "connack.{n}", .connack, .refused, "the broker refuses the connection of {id} ({reason})",
        cure: "see the broker's log")
    static let connackSilent = FindingKind(
        "connack.silent", .connack, .temporaryFailure, "{peer} does not answer CONNECT",
        cure: "see whether a broker is behind that port, and its log")
    static let connackClosed = FindingKind(
        "connack.closed", .connack, .temporaryFailure, "{peer} closes the connection in answer to CONNECT",
        cure: "{closing}")
    static let connackProtocol = FindingKind(
        "connack.protocol", .connack, .protocolError, "what answers at {peer} is no MQTT broker: {reason}",
        cure: "see whether the port is the broker's")

    static let ofSession = [
        sessionDropped, sessionTaken, sessionSilent, subscribeRefused, publishRefused,
    ]

    static let sessionDropped = FindingKind(
        "session.dropped", .config, .refused, "the broker lets {id} in and ends the connection at once: {reason}",
        cure: "{rival}")
    static let sessionTaken = FindingKind(
        "session.taken", .config, .refused, "another client with the identifier {id} takes the session over",
        cure: "stop the other one, or give each client an identifier of its own")
    static let sessionSilent = FindingKind(
        "session.silent", .config, .temporaryFailure, "the broker does not answer to {request}",
        cure: "see the broker's log")
    static let subscribeRefused = FindingKind(
        "acl.subscribe", .config, .refused, "the broker does not let {id} subscribe to {topic}{reason}",
        cure: "a device may subscribe to its own topic only, as the platform writes it: {wanted}")
    static let publishRefused = FindingKind(
        "acl.publish", .attrs, .refused, "the broker does not let {id} publish to {topic}{reason}",
        cure: "a device may publish to its own topic only, as the platform writes it: {wanted}")
}
