import CommandLineKit

/// `fleet`: many devices, each with an identity of its own.
struct FleetCommand: Command {
    static let configuration = CommandConfiguration(
        name: "fleet", abstract: "Be thousands of devices, each with its own key and certificate.",
        subcommands: [FleetProvision.self, FleetSimulate.self, FleetWorker.self])
}
