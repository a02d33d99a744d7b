extension PlatformState {
    /// Adds what the options ask for and what a new sandbox has from the start.
    mutating func furnish(_ options: SandboxOptions) throws(SandboxError) {
        if nextTemplate == 1 {
            let names: [(String, String, String)] = [
                ("temperature", "dynamic", "float"), ("on", "dynamic", "bool"), ("message", "dynamic", "string"),
                ("reset", "actuator", "bool"), ("interval", "actuator", "integer"), ("text", "actuator", "string"),
            ]
            let attributes = names.map {
                TemplateRoutes.Draft.Attribute(label: $0.0, type: $0.1, valueType: $0.2)
            }
            do throws(Refusal) {
                try TemplateRoutes.make(.init(label: "sandbox", attrs: attributes), in: &self)
            } catch { throw SandboxError(.options, "cannot make the first template") }
        }
        let asked = options.devices.isEmpty && devices.isEmpty ? ["f60c28"] : options.devices
        let template = templates.first?.id
        for id in asked where index(ofDevice: id) == nil {
            let device = Device(
                id: id, label: id, created: Time.iso(Time.now), templates: template.map { [$0] } ?? [])
            add([device], endEntityNames: { _ in [] }, authority: options.authority)
        }
        // A sandbox that is started with another naming has its end entities under the other names too.
        let all = devices
        devices = []
        add(all, endEntityNames: { Platform.endEntityNames(of: $0, options) }, authority: options.authority)
    }
}
