import CommandLineKit
import Dojot
import Enrollment

/// `profile show`: prints a device's profile.
struct ProfileShow: Command {
    static let configuration = CommandConfiguration(
        name: "show",
        abstract: "Show a device's profile.",
        examples: [Example("dojot-device profile show f60c28 --json | jq -r .broker.host", "for a script")],
        exitCodes: [ExitCodeDescription(0, "shown")] + ProfileCommand.exitCodes)

    @Argument(help: "The device, as it was retrieved.", valueName: "device-id")
    var device: String

    @Flag(.long("json"), help: "Print the profile as one JSON object.")
    var printsJSON: Bool

    @OptionGroup()
    var store: StoreOptions

    func run() throws {
        let name = try DeviceName(device)
        let identity = try store.store(for: name).load(name)
        if printsJSON { return try Console.result(json: identity.profile) }
        ProfileText(identity).print()
    }
}

/// A profile as a person reads it.
struct ProfileText {
    private let identity: Identity

    init(_ identity: Identity) { self.identity = identity }

    func print() {
        let profile = identity.profile
        Console.result("\(profile.device) of \(profile.tenant)")
        Console.result("  gateway      \(profile.gateway)  \(profile.platform.rawValue), CA \(profile.ca)")
        Console.result("  broker       \(profile.broker.host):\(profile.broker.port)  \(profile.broker.kind.rawValue)")
        if let login = profile.login {
            let client = login.clientID.map { ", client \($0)" } ?? ""
            Console.result("  login        \(login.method.rawValue)\(client)")
        }
        Console.result(
            "  certificate  for \(profile.commonName), serial \(profile.certificate.serial), "
                + "valid until \(profile.certificate.notAfter)")
    }
}
