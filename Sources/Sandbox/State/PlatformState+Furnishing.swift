extension PlatformState {
    /// Adds what the options ask for and what a new sandbox has from the start.
    mutating func furnish(_ options: SandboxOptions) {
        if numbers.nextTemplate == 1 {
            let names: [(String, String, String)] = [
                ("temperature", "dynamic", "float"), ("on", "dynamic", "bool"), ("message", "dynamic", "string"),
                ("reset", "actuator", "bool"), ("interval", "actuator", "integer"), ("text", "actuator", "string"),
            ]
            let attributes = names.map {
                TemplateRoutes.AttributeDraft(label: $0.0, type: $0.1, valueType: $0.2)
            }
            apply(.template(TemplateRoutes.make("sandbox", attributes, numbers)))
        }
        let isNew = options.allDevices.isEmpty && devices.count == 0
        let template = templates.first?.id
        for id in isNew ? ["f60c28"] : options.allDevices where devices[id] == nil {
            let device = Device(
                id: id, label: id, created: Time.utc(Time.now), templates: template.map { [$0] } ?? [])
            apply(.device(device))
        }
        // A sandbox that is started with another naming has its end entities under the other names too.
        for device in devices {
            for name in Platform.endEntityNames(of: device.id, options) where endEntities[name] == nil {
                apply(.endEntity(EndEntity(name, caName: options.authority)))
            }
        }
    }
}
