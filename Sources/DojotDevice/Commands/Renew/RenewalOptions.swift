import CommandLineKit
import Enrollment

/// Which identities are renewed, and when.
struct RenewalTimingOptions: ParsableArguments {
    @Option(
        .long("expires-within"),
        help:
            "Renew what expires within this time, such as 30d; without it what has less than a third of its life left.",
        valueName: "time")
    var margin: LifeMargin?

    @Flag(.long("force"), help: "Renew what is not due, too.")
    var isForced: Bool

    @Flag(.long("watch"), help: "Stay, and renew each identity when it becomes due.")
    var isWatching: Bool

    func validate() throws(UsageError) {
        if isForced && margin != nil { throw UsageError("--force and --expires-within exclude each other") }
        if isForced && isWatching { throw UsageError("--force and --watch exclude each other: it would never end") }
    }

    var rule: RenewalRule {
        if isForced { return .always }
        return margin.map { .within($0.seconds) } ?? .lastThird
    }
}

/// How an identity is renewed.
struct RenewalMannerOptions: ParsableArguments {
    @Flag(.long("reuse-key"), help: "Keep the key; without it each certificate gets a new one of the same kind.")
    var reusesKey: Bool

    @Flag(
        .long("verify-broker"),
        help: "Keep the old identity unless the broker lets the new one in; takes the device's connection for a moment."
    )
    var verifiesBroker: Bool

    @Option(.long("deploy-hook"), help: "Run this by /bin/sh after each renewal.", valueName: "command")
    var hook: String?

    @Flag(.long("revoke-old"), help: "Revoke the old certificate at the platform once the new one is in place.")
    var revokesOld: Bool

    @Flag(
        .long("accept-new-ca"), help: "Take it where the platform's CA has another certificate than the one kept here.")
    var acceptsNewAuthority: Bool

    @OptionGroup()
    var endEntity: EndEntityOptions

    func validate() throws(UsageError) {
        if hook?.isEmpty == true { throw UsageError("--deploy-hook must not be empty") }
    }
}
