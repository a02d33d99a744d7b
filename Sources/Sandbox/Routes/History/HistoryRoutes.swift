/// `GET /history/device/ID/history`: what devices published, from dojot's history service (dojot/history, history/api/models.py and
/// history/subscriber/persister.py, v0.4.0 and v0.8.0; falcon 1.0).
struct HistoryRoutes {
    private struct Sample: Encodable {
        let deviceID: String
        let ts: String
        let value: JSONValue
        let attr: String
        let metadata: [String: String] = [:]

        private enum CodingKeys: String, CodingKey {
            case deviceID = "device_id"
            case ts, value, attr, metadata
        }

        init(_ sample: History.Sample, of device: String) {
            deviceID = device
            ts = Time.microseconds(sample.time) + "Z"
            value = sample.value
            attr = sample.attr
        }
    }

    /// Which samples are wanted.
    private struct Query {
        let from: Double?
        let to: Double?
        /// How many of each attribute; nil for all.
        let limit: Int?
        /// Whether the oldest come first.
        let isAscending: Bool

        init(_ request: Request) throws(Refusal) {
            var limit: Int?
            let names = ["firstN", "lastN", "hLimit"]
            let name = names.first { !(request.query($0) ?? "").isEmpty }
            if let name {
                guard let number = Int(request.query(name) ?? "") else {
                    throw .falcon(
                        400, "Invalid parameter", "The \"\(name)\" parameter is invalid. Must be integer.")
                }
                // To MongoDB, 0 is no limit, and a number below 0 is the same as above it.
                limit = number == 0 ? nil : abs(number)
            }
            self.limit = limit
            isAscending = name == "firstN"
            from = try Self.time(request, "dateFrom")
            to = try Self.time(request, "dateTo")
        }

        /// A time in ISO 8601, without a zone in UTC; a text that is none is an exception that the service does not handle.
        private static func time(_ request: Request, _ name: String) throws(Refusal) -> Double? {
            guard let text = request.query(name), !text.isEmpty else { return nil }
            guard let time = Time.rfc3339(text) ?? Time.rfc3339(text + "Z") ?? Time.parse(text) else {
                throw Refusal(Response(status: 500, headers: [("Content-Type", "text/html")]))
            }
            return time
        }
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("GET", "/history/device/:id/history") { call throws(Refusal) in
            let id = call.parameter("id")
            let (device, attributes) = platform.read { state in
                let device = state.devices[id]
                let used = state.templates.filter { device?.templates.contains($0.id) ?? false }
                return (device, used.flatMap(\.attrs).map(\.label))
            }
            // The collection of a device comes with its first message; since v0.4.3 with the device.
            let hasCollection =
                !platform.history.history.messages(of: id).isEmpty
                || (device != nil && platform.options.release != .v04)
            guard hasCollection else {
                throw .falcon(404, "Device not found", "No data for the given device could be found")
            }
            let values = call.request.query.filter { $0.name == "attr" && !$0.value.isEmpty }.map(\.value)
            let query = try Query(call.request)
            func samples(_ attribute: String) -> [Sample] { found(attribute, of: id, query, platform) }
            if values.count == 1, !values[0].contains(",") {
                let list = samples(values[0])
                guard !list.isEmpty else {
                    throw .falcon(404, "Attr not found", "No data for the given attribute could be found")
                }
                return .json(list)
            }
            let names = values.flatMap { $0.split(separator: ",").map(String.init) }
            guard !names.isEmpty || device != nil else {
                throw Refusal(Response(status: 500, headers: [("Content-Type", "text/html")]))
            }
            let wanted = Set(names.isEmpty ? attributes : names)
            return .json(Dictionary(uniqueKeysWithValues: wanted.map { ($0, samples($0)) }))
        }
    }

    private static func found(
        _ attribute: String, of device: String, _ query: Query, _ platform: Platform
    ) -> [Sample] {
        let all = platform.history.history.samples(
            of: device, attributes: [attribute], from: query.from, to: query.to,
            last: query.isAscending ? nil : query.limit)
        let count = query.limit ?? all.count
        let chosen = query.isAscending ? Array(all.prefix(count)) : all.suffix(count).reversed()
        return chosen.map { Sample($0, of: device) }
    }
}

extension Refusal {
    /// An error of falcon's.
    static func falcon(_ status: Int, _ title: String, _ description: String) -> Refusal {
        Refusal(.json(["title": title, "description": description], status: status))
    }
}
