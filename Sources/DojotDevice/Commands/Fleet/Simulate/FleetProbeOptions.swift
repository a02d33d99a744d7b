import CommandLineKit
import Fleet

/// What of a fleet's way through the platform is measured end to end.
struct FleetProbeOptions: ParsableArguments {
    @Option(
        .long("actuate"),
        help: "Tell devices something through the platform, so often on this actuator, and measure it end to end.",
        valueName: "attribute=number/s")
    var actuation: AttributeRateArgument?

    @Option(
        .long("history"),
        help: """
            So often have a device publish a number on this attribute beside what it says, and measure how long the platform's \
            history takes to have it. It is asked every 5 ms, later after a tenth of the time so far: that is how exact \
            the figure is.
            """,
        valueName: "attribute=number/s")
    var history: AttributeRateArgument?

    /// So many followed at once ask for more than is good for what is measured.
    private static let mostFollowed = 100.0

    func validate() throws(UsageError) {
        if let history { try Self.check(history) }
    }

    /// Refuses a rate of what is followed that the platform would be busy with.
    static func check(_ history: AttributeRateArgument) throws(UsageError) {
        guard history.rate.perSecond > mostFollowed else { return }
        throw UsageError("--history must be 100/s or less: each is asked for again and again")
    }

    /// Whether anything is measured.
    var isWanted: Bool { actuation != nil || history != nil }

    /// Puts the probes into a simulation's settings.
    func apply(to settings: inout SimulationSettings, at platform: FleetPlatform) {
        if let actuation {
            settings.subscribes = true
            settings.probe = platform.probe(actuation, for: settings)
        }
        settings.historyProbe = history.map { platform.historyProbe($0, for: settings) }
    }
}
