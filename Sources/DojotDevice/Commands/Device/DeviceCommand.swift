import CommandLineKit
import Dojot

/// `device`: the platform's devices, without its web page.
struct DeviceCommand: Command {
    static let configuration = CommandConfiguration(
        name: "device", abstract: "Make, look at, tell and remove the platform's devices.",
        subcommands: [
            DeviceList.self, DeviceCreate.self, DeviceShow.self, DeviceActuate.self, DeviceHistory.self,
            DeviceDelete.self,
        ])

    /// The exit codes that all of its subcommands share; `data` is what 65 means, `done` what 0 does.
    static func exitCodes(_ done: String, data: String = "there is no such device") -> [ExitCodeDescription] {
        [
            ExitCodeDescription(0, done),
            ExitCodeDescription(64, "the command line is wrong, or no gateway is known"),
            ExitCodeDescription(65, data),
            ExitCodeDescription(66, "an input file is missing"),
            ExitCodeDescription(69, "the gateway cannot be reached"),
            ExitCodeDescription(75, "it may work later: time limit, 429, 502, 503, 504"),
            ExitCodeDescription(76, "what the platform sent is not what its API says"),
            ExitCodeDescription(77, "login or permission refused, or the token has expired"),
        ]
    }

    /// Performs a request about a device; the hint of an error is a command for the same gateway.
    static func onDevice<Result>(
        _ name: DeviceName, of platform: PlatformOptions, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as DojotError where error.code == .unknownDevice {
            throw Failure(
                .dataError, error.message,
                hint: "dojot-device device list\(platform.gatewayWords(for: name))")
        } catch let error as DojotError where error.code == .notActuator {
            throw Failure(
                .refused, error.message,
                hint: "dojot-device device show \("\(name)".shellWord)"
                    + platform.gatewayWords(for: name))
        }
    }
}
