import CommandLineKit

/// `fleet`: many devices at once.
struct FleetCommand: Command {
    static let configuration = CommandConfiguration(
        name: "fleet", abstract: "Give a whole fleet its identities.", subcommands: [FleetProvision.self])
}
