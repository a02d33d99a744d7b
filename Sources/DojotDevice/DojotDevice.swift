import CommandLineKit

/// The program, and its subcommands in the order in which help lists them.
struct DojotDevice: Command {
    static let configuration = CommandConfiguration(
        name: Console.programName,
        abstract: "From a dojot device's first certificate to its telemetry.",
        subcommands: [
            RetrieveCert.self, Publish.self, Subscribe.self, Simulate.self, Inspect.self, Status.self, Diagnose.self,
            Renew.self, Revoke.self, Forget.self, ProfileCommand.self, Login.self, DeviceCommand.self,
            FleetCommand.self,
        ])
}
