import CommandLineKit

/// `subscribe`: what a device is told.
struct Subscribe: Command {
    static let configuration = CommandConfiguration(
        name: "subscribe", abstract: "Receive what a device is told.", subcommands: [SubscribeConfig.self])
}
