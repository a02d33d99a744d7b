extension SandboxOptions {
    /// Which certificate API the gateway has routes for.
    public enum Generation: String, Sendable, CaseIterable {
        /// EJBCA-REST: `/ca`, `/user`, `/sign` (dojot up to 0.4).
        case ejbca
        /// x509-identity-mgmt: `/x509/v1` (dojot from 0.5 on).
        case x509
        /// Both, before one CA.
        case both

        var hasEJBCA: Bool { self != .x509 }
        var hasX509: Bool { self != .ejbca }
    }

    /// Whose topics and client identifiers the broker goes by.
    public enum BrokerKind: String, Sendable, CaseIterable {
        /// IoTAgent-Mosca: `/TENANT/DEVICE/attrs`, and the client identifier is `TENANT:DEVICE`.
        case mosca
        /// VerneMQ: `TENANT:DEVICE/attrs`, and the client identifier is free.
        case vernemq
        /// The topics of both; the client identifier is free.
        case both

        var hasMosca: Bool { self != .vernemq }
        var hasVerneMQ: Bool { self != .mosca }
    }

    /// The broker's kind where none was asked for is that of the platform's generation.
    var effectiveBrokerKind: BrokerKind {
        switch (brokerKind, platform) {
        case (let kind?, _): kind
        case (nil, .ejbca): .mosca
        case (nil, .x509): .vernemq
        case (nil, .both): .both
        }
    }
}
