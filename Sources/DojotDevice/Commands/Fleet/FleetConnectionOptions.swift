import CommandLineKit
import Fleet

/// How the devices of a fleet come to the broker from this machine.
struct FleetConnectionOptions: ParsableArguments {
    @Option(.long("handshakes"), help: "How many devices may be connecting at once.", valueName: "number")
    var handshakes: Int = 64

    @Option(
        .long("source"),
        help:
            "An address of this machine to connect from; for more than 28000 devices, several, given again and again.",
        valueName: "address")
    var sources: [String]

    @Option(.long("threads"), help: "How many threads; without it, one for each core.", valueName: "number")
    var threads: Int?

    func validate() throws(UsageError) {
        guard (1...10_000).contains(handshakes) else { throw UsageError("--handshakes must be 1 to 10000") }
        if let threads, !(1...256).contains(threads) { throw UsageError("--threads must be 1 to 256") }
    }

    /// Puts them into a simulation's settings.
    func apply(to settings: inout SimulationSettings) {
        settings.handshakes = handshakes
        settings.sources = sources
        settings.loops = min(threads ?? Cores.usable, settings.devices.names.count)
    }
}
