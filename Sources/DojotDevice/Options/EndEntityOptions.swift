import CommandLineKit

/// What a renewal tells EJBCA of a device's end entity.
struct EndEntityOptions: ParsableArguments {
    @Option(
        .long("end-entity-password"), help: "The password that EJBCA is to know for the device's end entity.",
        valueName: "password")
    var password: String = "dojot"
}
