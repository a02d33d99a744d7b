import CommandLineKit

/// `publish`: what a device says.
struct Publish: Command {
    static let configuration = CommandConfiguration(
        name: "publish", abstract: "Publish what a device says.", subcommands: [PublishAttrs.self])
}
