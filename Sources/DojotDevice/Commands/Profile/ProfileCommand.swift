import CommandLineKit

/// `profile`: where a device belongs and how its broker is reached, as the folder of identities has it.
struct ProfileCommand: Command {
    static let configuration = CommandConfiguration(
        name: "profile", abstract: "Show or change a device's gateway and broker, without a new key.",
        subcommands: [ProfileShow.self, ProfileSet.self])

    static let exitCodes = [
        ExitCodeDescription(64, "the command line is wrong"),
        ExitCodeDescription(66, "there is no such identity"),
        ExitCodeDescription(77, "others may write to the folder"),
    ]
}
