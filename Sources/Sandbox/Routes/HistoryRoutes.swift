/// `GET /history/device/ID/history`: what a device said.
struct HistoryRoutes {
    static func add(to router: inout Router, _ platform: Platform) {
        router.on("GET", "/history/device/:id/history") { call throws(Refusal) in
            let request = call.request
            let device = call.parameter("id")
            guard platform.read({ $0.devices[device] }) != nil else { throw DeviceRoutes.noDevice }
            let names = request.query.filter { $0.name == "attr" }.flatMap { query in
                query.value.split(separator: ",").map(String.init)
            }
            let (last, first) = (try count(request, "lastN"), try count(request, "firstN"))
            let samples = platform.history.history.samples(
                of: device, attributes: names, from: try time(request, "dateFrom"), to: try time(request, "dateTo"),
                last: first == nil ? last : nil)
            var found: [String: [History.Sample]] = [:]
            for sample in samples { found[sample.attr, default: []].append(sample) }
            // The newest comes first, but for the first N.
            let lists = found.mapValues { list -> [History.Sample] in
                if let first { return Array(list.prefix(first)) }
                return list.suffix(last ?? list.count).reversed()
            }
            guard !lists.isEmpty else { throw Refusal(404, "No data for the given attribute could be found") }
            if names.count == 1 { return .json(lists.values.first ?? []) }
            return .json(lists)
        }
    }

    private static func count(_ request: Request, _ name: String) throws(Refusal) -> Int? {
        guard let text = request.query(name) else { return nil }
        guard let number = Int(text), number > 0 else { throw Refusal(400, "\(name) must be a number above 0") }
        return number
    }

    private static func time(_ request: Request, _ name: String) throws(Refusal) -> Double? {
        guard let text = request.query(name) else { return nil }
        guard let time = Time.parse(text) else { throw Refusal(400, "\(name) must be a time in ISO 8601") }
        return time
    }
}
