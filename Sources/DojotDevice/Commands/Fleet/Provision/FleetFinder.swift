import Dojot
import Fleet
import MQTT

/// Finds a fleet's devices: in a list, among the tenant's, or by making them.
struct FleetFinder {
    private let options: FleetDeviceOptions
    private let journal: ProvisioningJournal
    private let tenant: String

    init(_ options: FleetDeviceOptions, _ journal: ProvisioningJournal, tenant: String) {
        (self.options, self.journal, self.tenant) = (options, journal, tenant)
    }

    /// The devices that were found.
    struct Found {
        let list: Fleet.DeviceList
        /// Devices of the platform whose id breaks the rule for names, and why.
        var refused: [(id: String, error: DojotError)] = []
    }

    /// - Parameter listed: the devices of a file, where they come from one.
    func find(_ listed: [DeviceName]?, _ template: FleetTemplate, _ devices: TenantDevices) throws -> Found {
        if let listed {
            warnOfUnknown(listed, devices)
            return Found(list: try options.named(listed, tenant: tenant))
        }
        guard let count = options.count else { return try all(devices) }
        var status = StatusLine()
        var nextLine = MonotonicTime.after(ProvisionRun.lineInterval)
        let making = DeviceMaking(devices, journal, prefix: options.labelPrefix, template: template)
        let ids: [String]
        do {
            ids = try making.make(count) { made in
                status.show("making devices: \(made) of \(count)")
                guard !status.isActive, .now > nextLine else { return }
                nextLine = .after(ProvisionRun.lineInterval)
                Console.note("made \(made) of \(count) devices")
            }
        } catch {
            status.clear()
            throw Self.failure(error)
        }
        status.clear()
        return Found(list: try options.named(try ids.map { try DeviceName($0) }, tenant: tenant))
    }

    /// Warns of devices that do not exist, for which the platform may sign all the same: an end entity of EJBCA stays when its device is
    /// deleted. Where the user may not list devices, or the list fails, nothing is printed.
    private func warnOfUnknown(_ names: [DeviceName], _ devices: TenantDevices) {
        guard let unknown = try? devices.unknown(among: names), let first = unknown.first else { return }
        let which = unknown.count == 1 ? "device \(first)" : "\(unknown.count) of these devices, such as \(first)"
        Console.warning("the platform does not have \(which): what they publish is not stored")
    }

    /// Devices were not all made: the way to go on, unless something is to be mended first.
    private static func failure(_ error: any Error) -> Failure {
        let failure = Failure(error)
        let goOn = "run the same command again: devices that were made are looked for first"
        let hint: String?
        switch failure.exitCode {
        case .interrupted, .temporaryFailure: hint = goOn
        case .refused where isExpiry(error):
            hint = "log in again, then run the same command: devices that were made are looked for first"
        default: hint = failure.hint ?? goOn
        }
        return Failure(failure.exitCode, failure.message, hint: hint)
    }

    /// Whether it is a token that is no longer taken, and not the user.
    private static func isExpiry(_ error: any Error) -> Bool {
        guard let error = error as? DojotError else { return false }
        return error.code == .unauthorized && !error.isLogin
    }

    private func all(_ devices: TenantDevices) throws -> Found {
        var names: [DeviceName] = []
        var seen: Set<String> = []
        var refused: [(id: String, error: DojotError)] = []
        // One that is made meanwhile can move others to the next page, so that they come twice.
        try devices.read { page in
            for device in page where seen.insert(device.id).inserted {
                do throws(DojotError) {
                    names.append(try DeviceName(device.id))
                } catch {
                    refused.append((device.id, error))
                }
            }
        }
        guard !names.isEmpty else {
            if let problem = refused.first?.error {
                throw Failure(.protocolError, "the platform has no device with a usable id: \(problem.message)")
            }
            throw Failure(
                .dataError, "the tenant \(tenant) has no devices",
                hint: "create some with --create, in place of --all-devices")
        }
        return Found(list: try options.named(names, tenant: tenant), refused: refused)
    }
}
