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

    /// - Parameter listed: the devices of a file, where they come from one.
    func find(_ listed: [DeviceName]?, _ template: FleetTemplate, _ manager: DeviceManager) throws -> Fleet.DeviceList {
        if let listed { return try options.named(listed, tenant: tenant) }
        guard let count = options.count else { return try all(manager) }
        var status = StatusLine()
        var nextLine = MonotonicTime.after(ProvisionRun.lineInterval)
        let making = DeviceMaking(manager, journal, prefix: options.labelPrefix, template: template)
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
            let failure = Failure(error)
            throw Failure(
                failure.exitCode, failure.message,
                hint: failure.exitCode == .interrupted || failure.exitCode == .temporaryFailure
                    ? "run the same command again: devices that were made are looked for first" : failure.hint)
        }
        status.clear()
        return try options.named(try ids.map { try DeviceName($0) }, tenant: tenant)
    }

    private func all(_ manager: DeviceManager) throws -> Fleet.DeviceList {
        var names: [DeviceName] = []
        var seen: Set<String> = []
        var problem: DojotError?
        // One that is made meanwhile can move others to the next page, so that they come twice.
        try manager.readDevices { page in
            for device in page where seen.insert(device.id).inserted {
                do throws(DojotError) {
                    names.append(try DeviceName(device.id))
                } catch {
                    problem = problem ?? error
                }
            }
        }
        if let problem {
            throw Failure(.protocolError, "the platform has a device that cannot be one: \(problem.message)")
        }
        guard !names.isEmpty else {
            throw Failure(
                .dataError, "the tenant \(tenant) has no devices",
                hint: "make some: --create NUMBER in place of --all-devices")
        }
        return try options.named(names, tenant: tenant)
    }
}
