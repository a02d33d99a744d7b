/// `/template…`: the kinds of devices.
struct TemplateRoutes {
    struct Draft: Decodable {
        struct Attribute: Decodable {
            let label: String?
            let type: String?
            var valueType: String?
            var staticValue: JSONValue?

            enum CodingKeys: String, CodingKey {
                case label, type
                case valueType = "value_type"
                case staticValue = "static_value"
            }
        }

        let label: String?
        let attrs: [Attribute]?
    }

    private struct Made: Encodable {
        let result = "ok"
        let template: DeviceTemplate
    }

    private struct Removed: Encodable {
        let result = "ok"
        let removed: DeviceTemplate
    }

    private struct List: Encodable {
        let pagination: Pagination
        let templates: [DeviceTemplate]
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/template") { call throws(Refusal) in
            let draft = try call.body(Draft.self)
            let template = try platform.change { state, changes throws(Refusal) in
                let template = try make(draft, state.numbers)
                changes.append(.template(template))
                return template
            }
            return .json(Made(template: template))
        }
        router.on("GET", "/template") { call throws(Refusal) in
            let all = platform.read { $0.templates }
            let page = Pagination(of: all.count, call.request)
            return .json(List(pagination: page, templates: Array(all[page.range])))
        }
        router.on("GET", "/template/:id") { call throws(Refusal) in
            guard let template = platform.read({ state in index(call, state).map { state.templates[$0] } }) else {
                throw noTemplate(call.parameter("id"))
            }
            return .json(template)
        }
        router.on("DELETE", "/template/:id") { call throws(Refusal) in
            let removed = try platform.change { state, changes throws(Refusal) in
                guard let index = index(call, state) else { throw noTemplate(call.parameter("id")) }
                let template = state.templates[index]
                guard !state.devices.contains(where: { $0.templates.contains(template.id) }) else {
                    throw Refusal(400, "Templates cannot be removed as they are being used by devices")
                }
                changes.append(.noTemplate(template.id))
                return template
            }
            return .json(Removed(removed: removed))
        }
    }

    /// Makes a template.
    static func make(_ draft: Draft, _ numbers: StateChange.Numbers) throws(Refusal) -> DeviceTemplate {
        guard let label = draft.label, !label.isEmpty else { throw Refusal(400, "missing label") }
        var template = DeviceTemplate(id: numbers.nextTemplate, label: label, created: Time.iso(Time.now), attrs: [])
        for attribute in draft.attrs ?? [] {
            guard let label = attribute.label, !label.isEmpty, let type = attribute.type else {
                throw Refusal(400, "an attribute needs a label and a type")
            }
            guard DeviceTemplate.attributeTypes.contains(type) else {
                throw Refusal(400, "\(type) is no attribute type")
            }
            guard !template.attrs.contains(where: { $0.label == label }) else {
                throw Refusal(400, "a template can not have repeated attributes: \(label)")
            }
            template.attrs.append(
                .init(
                    id: numbers.nextAttribute + template.attrs.count, label: label, type: type,
                    valueType: attribute.valueType ?? "string",
                    staticValue: attribute.staticValue, templateID: "\(template.id)", created: template.created))
        }
        return template
    }

    static func noTemplate(_ id: String) -> Refusal { Refusal(404, "No such template: \(id)") }

    private static func index(_ call: Call, _ state: PlatformState) -> Int? {
        Int(call.parameter("id")).flatMap { id in state.templates.firstIndex { $0.id == id } }
    }
}
