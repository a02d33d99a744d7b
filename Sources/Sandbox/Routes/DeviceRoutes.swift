/// `/device…`: the devices; one that is made has its end entities and its place in the broker at once.
struct DeviceRoutes {
    /// The most devices that one request makes.
    static let mostAtOnce = 10_000

    private struct Draft: Decodable {
        let label: String?
        let templates: [Reference]?
    }

    /// A template's id, as a number or as text.
    private struct Reference: Decodable {
        let id: Int?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            id = try (try? container.decode(Int.self)) ?? Int(container.decode(String.self))
        }
    }

    private struct Made: Encodable {
        struct Brief: Encodable {
            let id: String
            let label: String
        }

        let message = "devices created"
        let devices: [Brief]
    }

    /// A device with its attributes, by template.
    struct Shown: Encodable {
        let id: String
        let label: String
        let created: String
        let templates: [Int]
        let attrs: [String: [DeviceTemplate.Attribute]]

        init(_ device: Device, _ state: PlatformState) {
            id = device.id
            label = device.label
            created = device.created
            templates = device.templates
            let used = state.templates.filter { device.templates.contains($0.id) }
            attrs = Dictionary(used.map { ("\($0.id)", $0.attrs) }) { first, _ in first }
        }
    }

    private struct Removed: Encodable {
        let result = "ok"
        let removed: Shown

        private enum CodingKeys: String, CodingKey {
            case result
            case removed = "removed_device"
        }
    }

    private struct List: Encodable {
        let pagination: Pagination
        let devices: [Shown]
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/device") { call throws(Refusal) in try make(call, platform) }
        router.on("GET", "/device") { call throws(Refusal) in
            if call.request.flag("idsOnly") { return .json(platform.read { $0.devices.map(\.id) }) }
            return .json(
                platform.read { state in
                    let page = Pagination(of: state.devices.count, call.request)
                    return List(pagination: page, devices: state.devices[page.range].map { Shown($0, state) })
                })
        }
        router.on("GET", "/device/:id") { call throws(Refusal) in .json(try shown(call, platform)) }
        router.on("DELETE", "/device/:id") { call throws(Refusal) in
            let device = try shown(call, platform)
            try platform.removeDevice(device.id)
            return .json(Removed(removed: device))
        }
        router.on("PUT", "/device/:id/actuate") { call throws(Refusal) in try actuate(call, platform) }
    }

    private static func make(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        let draft = try call.body(Draft.self)
        guard let label = draft.label, !label.isEmpty else { throw Refusal(400, "missing label") }
        let count = call.request.query("count").map { Int($0) ?? 0 } ?? 1
        guard (1...mostAtOnce).contains(count) else { throw Refusal(400, "count must be from 1 to \(mostAtOnce)") }
        let templates = (draft.templates ?? []).map(\.id)
        let known = platform.read { Set($0.templates.map(\.id)) }
        if let unknown = templates.first(where: { id in id.map { !known.contains($0) } ?? true }) {
            throw TemplateRoutes.noTemplate(unknown.map { "\($0)" } ?? "?")
        }
        let labels = count == 1 ? [label] : (0..<count).map { "\(label)_\($0)" }
        let devices = try platform.makeDevices(labels: labels, templates: templates.compactMap { $0 })
        return .json(Made(devices: devices.map { .init(id: $0.id, label: $0.label) }))
    }

    private static func shown(_ call: Call, _ platform: Platform) throws(Refusal) -> Shown {
        let found = platform.read { state in
            state.devices[call.parameter("id")].map { Shown($0, state) }
        }
        guard let found else { throw noDevice }
        return found
    }

    private static func actuate(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        struct Order: Decodable { let attrs: [String: JSONValue] }
        let device = try shown(call, platform)
        let order = try call.body(Order.self)
        let actuators = Set(device.attrs.values.joined().filter { $0.type == "actuator" }.map(\.label))
        let refused = order.attrs.keys.filter { !actuators.contains($0) }.sorted()
        guard refused.isEmpty, let payload = JSONMember.value(of: "attrs", in: call.request.body) else {
            struct Message: Encodable {
                let message = "some of the attributes are not configurable"
                let status = 403
                let attrs: [String]
            }
            throw Refusal(.json(Message(attrs: refused), status: 403))
        }
        let topics = DeviceTopics(kind: platform.options.effectiveBrokerKind, tenant: platform.options.tenant)
        try platform.onBrokers { brokers throws(SandboxError) in
            try brokers.actuate(topics.configuration(of: device.id), payload)
        }
        return .message("configuration sent", status: 200)
    }

    static var noDevice: Refusal { Refusal(404, "No such device") }
}
