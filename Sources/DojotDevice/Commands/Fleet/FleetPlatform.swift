import Dojot
import Enrollment
import Fleet
import HTTP

/// The platform, where a fleet at work asks something of it beside MQTT.
struct FleetPlatform: Sendable {
    /// Seconds for a request with all its repetitions.
    private static let timeout = 60.0

    private let gateway: Gateway
    private let login: SharedLogin
    private let trust: HTTPTrust
    private let endEntityPassword: String

    /// Logs in, at the gateway of the first device whose identity is here.
    init(
        _ login: LoginOptions, _ https: HTTPSOptions, _ endEntity: EndEntityOptions, of devices: Fleet.DeviceList,
        in store: CredentialStore
    ) throws {
        trust = https.trust()
        endEntityPassword = endEntity.password
        let profile = try devices.firstIdentity(in: store).profile
        gateway = try Gateway(profile.gateway)
        let access = try FleetAccess(login, at: gateway, LoginHint(profile), trust: trust, timeout: Self.timeout)
        self.login = try access.open(over: HTTPClient(trust: trust)).shared
    }

    /// Who tells the devices something.
    ///
    /// - Parameter share: Which part of the rate is these devices', more than 0.
    func probe(_ actuation: AttributeRateArgument, share: Double = 1, for settings: SimulationSettings) -> EndToEndProbe
    {
        EndToEndProbe(
            attribute: actuation.attribute, rate: actuation.rate.perSecond * share, devices: settings.devices,
            at: gateway, as: login, trust: trust, timeout: settings.timeout)
    }

    /// Who follows what devices publish to the platform's history.
    ///
    /// - Parameter share: Which part of the rate is these devices', more than 0.
    func historyProbe(
        _ history: AttributeRateArgument, share: Double = 1, for settings: SimulationSettings
    ) -> HistoryProbe {
        HistoryProbe(
            attribute: history.attribute, rate: history.rate.perSecond * share, as: login, trust: trust,
            timeout: settings.timeout)
    }

    /// What is to happen to a fleet's certificates, by its plan; nil where that says nothing of them.
    ///
    /// - Parameters:
    ///   - platform: nil where certificates are to run out alone.
    ///   - rest: how long the run goes on from now, in seconds.
    static func agenda(
        for settings: SimulationSettings, at platform: FleetPlatform?, rest: Double
    ) throws -> CertificateAgenda? {
        guard let plan = settings.plan, !plan.events.isEmpty else { return nil }
        return try CertificateAgenda(plan, of: settings.devices, in: settings.store, as: platform?.login, rest: rest)
    }

    /// Who does that.
    ///
    /// - Parameters:
    ///   - platform: nil where certificates are to run out alone.
    ///   - sparesOthers: whether devices that are not to be connected at that time keep what they have.
    static func crew(
        _ agenda: CertificateAgenda?, for fleet: SimulatedFleet, at platform: FleetPlatform?,
        sparesOthers: Bool = false
    ) -> CertificateCrew? {
        guard let agenda else { return nil }
        let settings = fleet.settings
        let all: @Sendable (Int) -> Bool = { _ in true }
        return CertificateCrew(
            agenda, of: settings.devices, in: settings.store, as: platform?.login,
            trust: platform?.trust ?? .system, timeout: Self.timeout,
            endEntityPassword: platform?.endEntityPassword ?? "",
            concerns: sparesOthers ? fleet.hasSwitchedOn : all, tell: fleet.certificateChanged)
    }
}
