import Dojot
import Glibc

/// Devices that are made for a fleet, and the template that they share.
///
/// Devices are made by the batch, each with a label of its own that the journal has before the platform is asked: where the answer was
/// lost, or the run cut off, those of the batch that exist are looked for by label and template, and none is made twice. A template
/// whose answer was lost is made again; the first stays unused.
public struct DeviceMaking {
    /// How many devices one request makes: few enough for a platform to do it in its time.
    public static let batchSize = 100

    private let devices: TenantDevices
    private let journal: ProvisioningJournal
    private let prefix: String
    private let template: FleetTemplate

    /// - Parameter prefix: what the devices' labels begin with; no control characters.
    public init(_ devices: TenantDevices, _ journal: ProvisioningJournal, prefix: String, template: FleetTemplate) {
        (self.devices, self.journal, self.prefix, self.template) = (devices, journal, prefix, template)
    }

    /// Makes what is missing of `count` devices.
    ///
    /// - Parameter report: told how many there are, after each batch.
    /// - Returns: the ids of all of them; those of earlier runs come first.
    /// - Throws: `DojotError`, `FleetError`.
    public func make(_ count: Int, report: (Int) -> Void) throws -> [String] {
        var past = journal.past.making[prefix] ?? .init()
        var ids = past.ids
        if past.lastMade < past.lastCount, let label = past.lastLabel, let template = past.template {
            let found = try find(label, of: template).filter { !ids.contains($0) }
            try journal.made(found, label: label, prefix: prefix)
            ids += found
        }
        guard ids.count < count else { return Array(ids.prefix(count)) }
        let templateID: Int
        if let known = past.template {
            templateID = known
        } else {
            templateID = try devices.createTemplate(label: template.label ?? prefix, attributes: template.attributes)
            try journal.record("template", prefix, "\(templateID)")
        }
        while ids.count < count {
            let size = min(Self.batchSize, count - ids.count)
            past.batches += 1
            let label = "\(prefix)-\(past.batches)"
            try journal.record("batch", prefix, label, "\(size)")
            let made = try devices.create(label: label, template: templateID, count: size)
            try journal.made(made, label: label, prefix: prefix)
            ids += made
            report(ids.count)
        }
        return ids
    }

    /// The devices of a batch that exist: looked for until none is added any more, since the platform may still be at it.
    private func find(_ label: String, of template: Int) throws -> [String] {
        var before: [String]?
        while true {
            var found: [String] = []
            try devices.read { page in
                found += page.filter { device in
                    device.templates.contains(template)
                        && (device.label == label || device.label.hasPrefix("\(label)_"))
                }.map(\.id)
            }
            if before == found { return found }
            before = found
            sleep(1)
        }
    }
}
