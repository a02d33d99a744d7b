/// `/device…`: the devices, as device-manager serves them (dojot/device-manager, DeviceManager/DeviceHandler.py, v0.4.0, v0.8.0 and
/// 1.0.0-rc.3). A new device has its end entities and its place in the broker at once.
struct DeviceRoutes {
    /// The most devices that one request creates; dojot has no such limit.
    static let mostAtOnce = 10_000
    /// The most devices that there can be, so that the sandbox keeps within its memory; dojot has no such limit.
    static let most = 250_000

    private struct Created<Devices: Encodable>: Encodable {
        let message: String
        let devices: Devices
    }

    private struct Brief: Encodable {
        let id: String
        let label: String
    }

    private struct Updated: Encodable {
        let message = "device updated"
        let device: ShownDevice
    }

    private struct Removed: Encodable {
        let result = "ok"
        let removed: ShownDevice

        private enum CodingKeys: String, CodingKey {
            case result
            case removed = "removed_device"
        }
    }

    private struct List: Encodable {
        let pagination: Pagination
        let devices: [ShownDevice]
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("POST", "/device") { call throws(Refusal) in try create(call, platform) }
        router.on("GET", "/device") { call throws(Refusal) in try list(call, platform) }
        router.on("GET", "/device/:id") { call throws(Refusal) in .json(try shown(call, platform)) }
        router.on("PUT", "/device/:id") { call throws(Refusal) in try update(call, platform) }
        router.on("DELETE", "/device/:id") { call throws(Refusal) in
            let device = try shown(call, platform)
            try platform.removeDevice(device.id)
            return .json(Removed(removed: device))
        }
        router.on("PUT", "/device/:id/actuate") { call throws(Refusal) in try actuate(call, platform) }
    }

    /// Lists devices in the order of their creation (dojot sorts them by id up to 0.8).
    private static func list(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        let request = call.request
        // The ids come in pages too: dojot shows the first 20 where no size is given.
        let isBrief = ["true", "1", ""].contains(request.query("idsOnly")?.lowercased() ?? "false")
        let label = request.query("label").flatMap { $0.isEmpty ? nil : $0 }
        let template = request.query("template").flatMap { $0.isEmpty ? nil : $0 }
        return try platform.read { state throws(Refusal) in
            if label == nil, template == nil {
                let page = try Pagination(of: state.devices.count, request)
                return response(page, state.devices[page.range], state, platform.options, isBrief: isBrief)
            }
            let found = state.devices.filter { device in
                label.map { device.label.contains($0) } ?? true
                    && template.map { device.templates.map(String.init).contains($0) } ?? true
            }
            let page = try Pagination(of: found.count, request)
            return response(page, Array(found[page.range]), state, platform.options, isBrief: isBrief)
        }
    }

    private static func response(
        _ page: Pagination, _ devices: [Device], _ state: PlatformState, _ options: SandboxOptions, isBrief: Bool
    ) -> Response {
        if isBrief { return .json(devices.map(\.id)) }
        return .json(List(pagination: page, devices: devices.map { ShownDevice($0, state, options) }))
    }

    private static func create(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        guard let count = Int(call.request.query("count") ?? "1") else {
            throw Refusal(400, "If provided, count must be integer")
        }
        let isVerbose = ["true", "1", "True"].contains(call.request.query("verbose"))
        guard !isVerbose || count == 1 else {
            throw Refusal(400, "Verbose can only be used for single device creation")
        }
        guard count > 0 else { throw .flask(500) }
        guard count <= mostAtOnce else { throw Refusal(400, "the sandbox creates up to \(mostAtOnce) devices at once") }
        let draft = try DeviceDraft(call, platform, honorsID: count == 1)
        // The numbers are as wide as the count: of 10 devices, the first is lamp_00.
        let width = "\(count)".count
        let labels = (0..<count).map { number in
            count == 1
                ? draft.label : "\(draft.label)_\(String(repeating: "0", count: width - "\(number)".count))\(number)"
        }
        guard labels.allSatisfy({ $0.unicodeScalars.count <= DeviceDraft.longestLabel }) else { throw .flask(500) }
        let devices = try platform.makeDevices(labels: labels, draft)
        if isVerbose {
            let shown = platform.read { state in devices.map { ShownDevice($0, state, platform.options) } }
            return .json(Created(message: "device created", devices: shown))
        }
        return .json(Created(message: "devices created", devices: devices.map { Brief(id: $0.id, label: $0.label) }))
    }

    private static func update(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        let draft = try DeviceDraft(call, platform, honorsID: false)
        let id = call.parameter("id")
        let device = try platform.change { state, changes throws(Refusal) in
            guard var device = state.devices[id] else { throw noDevice(id) }
            try DeviceDraft.check(draft.templates, of: id, in: state)
            device.label = draft.label
            device.templates = draft.templates
            device.isDisabled = draft.isDisabled
            device.updated = Time.utc(Time.now)
            changes.append(.device(device))
            return device
        }
        platform.disabledDevices.set(device.id, device.isDisabled)
        return .json(Updated(device: platform.read { ShownDevice(device, $0, platform.options) }))
    }

    private static func shown(_ call: Call, _ platform: Platform) throws(Refusal) -> ShownDevice {
        let id = call.parameter("id")
        let found = platform.read { state in state.devices[id].map { ShownDevice($0, state, platform.options) } }
        guard let found else { throw noDevice(id) }
        return found
    }

    /// Sends a device the values of attributes that are actuators; they are in its history too, as what it published.
    private static func actuate(_ call: Call, _ platform: Platform) throws(Refusal) -> Response {
        struct Refused: Encodable {
            let status = "some of the attributes are not configurable"
            let attrs: [String]
        }
        let device = try shown(call, platform)
        // What is checked is what is sent, also where "attrs" comes twice.
        guard let payload = JSONMember.value(of: "attrs", in: call.request.body),
            JSON.decode(JSONValue.self, from: call.request.body) != nil,
            case .object(let attributes)? = JSON.decode(JSONValue.self, from: payload)
        else { throw .flask(500) }
        let refused = attributes.keys.filter { !device.hasActuator($0) }.sorted()
        guard refused.isEmpty else { throw Refusal(.json(Refused(attrs: refused), status: 403)) }
        let topics = DeviceTopics(kind: platform.options.effectiveBrokerKind, tenant: platform.options.tenant)
        try platform.onBrokers { brokers throws(SandboxError) in
            try brokers.actuate(topics.configuration(of: device.id), payload)
        }
        platform.history.add(payload, of: device.id, at: Time.now)
        // The space is dojot's.
        return .json([" status": "configuration sent to device"])
    }

    static func noDevice(_ id: String) -> Refusal { Refusal(404, "No such device: \(id)") }
}
