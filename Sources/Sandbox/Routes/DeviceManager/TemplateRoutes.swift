/// `/template…`: the templates of devices, as device-manager serves them (dojot/device-manager, DeviceManager/TemplateHandler.py and
/// SerializationModels.py, v0.4.0, v0.8.0 and 1.0.0-rc.3).
struct TemplateRoutes {
    /// The most templates, and attributes of one, so that the sandbox keeps within its memory; dojot has no such limits.
    private static let (most, mostAttributes) = (1_000, 200)

    /// An attribute of a new template.
    struct AttributeDraft {
        let label: String
        let type: String
        let valueType: String
        var staticValue: JSONValue?
    }

    private struct Created: Encodable {
        let result = "ok"
        let template: ShownTemplate
    }

    private struct Removed: Encodable {
        let result = "ok"
        let removed: ShownTemplate
    }

    private struct List: Encodable {
        let pagination: Pagination
        let templates: [ShownTemplate]
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/template") { call throws(Refusal) in try create(call, platform) }
        router.on("GET", "/template") { call throws(Refusal) in
            let label = call.request.query("label") ?? ""
            let found = platform.read { $0.templates }.filter { label.isEmpty || $0.label.contains(label) }
            let page = try Pagination(of: found.count, call.request)
            return .json(List(pagination: page, templates: found[page.range].map { ShownTemplate($0) }))
        }
        router.on("GET", "/template/:id") { call throws(Refusal) in
            let id = try number(call)
            guard let template = platform.read({ $0.templates.first { $0.id == id } }) else {
                throw noTemplate("\(id)")
            }
            return .json(ShownTemplate(template))
        }
        router.on("DELETE", "/template/:id") { call throws(Refusal) in
            let id = try number(call)
            let removed = try platform.change { state, changes throws(Refusal) in
                guard let template = state.templates.first(where: { $0.id == id }) else { throw noTemplate("\(id)") }
                guard !state.devices.contains(where: { $0.templates.contains(id) }) else {
                    throw Refusal(400, "Templates cannot be removed as they are being used by devices")
                }
                changes.append(.noTemplate(id))
                return template
            }
            return .json(Removed(removed: ShownTemplate(removed)))
        }
    }

    private static func create(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        var reader = try FieldReader(call.request)
        let label = try reader.string("label", longest: DeviceDraft.longestLabel)
        try reader.check("failed to parse input")
        // A template without "attrs" is an exception that device-manager does not handle.
        guard case .array(let attributes)? = reader.object["attrs"] else { throw .flask(500) }
        var drafts: [AttributeDraft] = []
        guard attributes.count <= mostAttributes else {
            throw Refusal(400, "the sandbox takes up to \(mostAttributes) attributes in a template")
        }
        for attribute in attributes { drafts.append(try draft(attribute)) }
        let release = platform.options.release
        let template = try platform.change { state, changes throws(Refusal) in
            if release.hasUniqueLabels, state.templates.contains(where: { $0.label == label }) {
                throw Refusal(400, #"duplicate key value violates unique constraint "templates_label_key""#)
            }
            guard Set(drafts.map { "\($0.type) \($0.label)" }).count == drafts.count else {
                throw Refusal(
                    400,
                    release.hasUniqueLabels
                        ? #"duplicate key value violates unique constraint "attrs_template_id_type_label_key""#
                        : "Template attribute constraints are violated by the request")
            }
            guard state.templates.count < most else {
                throw Refusal(507, "the sandbox has room for \(most) templates")
            }
            let template = make(label, drafts, state.numbers)
            changes.append(.template(template))
            return template
        }
        return .json(Created(template: ShownTemplate(template)))
    }

    private static func draft(_ value: JSONValue) throws(Refusal) -> AttributeDraft {
        guard case .object(let object) = value else { throw .flask(500) }
        var reader = FieldReader(object)
        let label = try reader.string("label", longest: DeviceDraft.longestLabel)
        let isPlain = label.utf8.allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isASCIIWord || byte == UInt8(ascii: "-")
        }
        if case .string? = object["label"], label.isEmpty || !isPlain {
            reader.add("Labels must contain letters, numbers or dashes(-_)", to: "label")
        }
        let type = try reader.string("type", longest: 32)
        let valueType = try reader.string("value_type", longest: 32)
        try reader.check("failed to parse attr")
        let staticValue = object["static_value"].flatMap { $0 == .null ? nil : $0 }
        if case .string(let text)? = staticValue, text.unicodeScalars.count > 128 { throw .flask(500) }
        return AttributeDraft(label: label, type: type, valueType: valueType, staticValue: staticValue)
    }

    /// Makes a template.
    static func make(
        _ label: String, _ attributes: [AttributeDraft], _ numbers: StateChange.Numbers
    ) -> DeviceTemplate {
        let (id, created) = (numbers.nextTemplate, Time.utc(Time.now))
        let attrs = attributes.enumerated().map { index, draft in
            DeviceTemplate.Attribute(
                id: numbers.nextAttribute + index, label: draft.label, type: draft.type, valueType: draft.valueType,
                staticValue: draft.staticValue, templateID: "\(id)", created: created)
        }
        return DeviceTemplate(id: id, label: label, created: created, attrs: attrs)
    }

    static func noTemplate(_ id: String) -> Refusal { Refusal(404, "No such template: \(id)") }

    /// The template's number in the path; 500 where it is none, as PostgreSQL refuses to compare it then.
    private static func number(_ call: Call) throws(Refusal) -> Int {
        guard let number = Int(call.parameter("id")) else { throw .flask(500) }
        return number
    }
}

extension Character {
    /// Whether it is one of `[a-zA-Z0-9_]`.
    fileprivate var isASCIIWord: Bool { isASCII && (isLetter || isNumber || self == "_") }
}
