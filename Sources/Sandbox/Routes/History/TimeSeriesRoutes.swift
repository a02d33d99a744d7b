/// `/tss/v1/devices/ID…`: what devices published, from dojot's InfluxDB retriever (dojot/dojot,
/// storage/time-series/influxdb/retriever/app/express/routes/v1/Devices.js and api/v1.yml, v0.8.0 and 1.0.0-rc.3).
struct TimeSeriesRoutes {
    /// One value of one attribute.
    private struct Point: Encodable {
        let ts: String
        let value: JSONValue
    }

    /// The values of all attributes at one time.
    private struct Row: Encodable {
        struct Attribute: Encodable {
            let label: String
            let value: JSONValue
        }

        let ts: String
        var attrs: [Attribute]
    }

    private struct Page<Item: Encodable>: Encodable {
        let data: [Item]
        let paging: TimeSeriesQuery.Paging
    }

    static func add(to router: inout Router, _ platform: Platform) {
        router.on("GET", "/tss/v1/devices/:id/attrs/:attr/data") { call throws(Refusal) in
            let query = try TimeSeriesQuery(call)
            try checkDevice(call, platform)
            // Of the newest, no more than the page needs are read.
            let enough = query.isAscending ? nil : query.limit.multipliedReportingOverflow(by: query.page)
            let all = samples(
                call, platform, query, attributes: [call.parameter("attr")],
                last: enough.flatMap { $0.overflow ? nil : $0.partialValue })
            let page = query.page(of: all)
            let points = page.map { Point(ts: Time.influx($0.time), value: $0.value) }
            return .json(Page(data: points, paging: query.paging(ofPageWith: points.count)))
        }
        router.on("GET", "/tss/v1/devices/:id/data") { call throws(Refusal) in
            let query = try TimeSeriesQuery(call)
            try checkDevice(call, platform)
            var rows: [(time: Double, row: Row)] = []
            for sample in samples(call, platform, query, attributes: [], last: nil) {
                let attribute = Row.Attribute(label: sample.attr, value: sample.value)
                if rows.last?.time == sample.time {
                    rows[rows.count - 1].row.attrs.append(attribute)
                } else {
                    rows.append((sample.time, Row(ts: Time.influx(sample.time), attrs: [attribute])))
                }
            }
            let page = query.page(of: rows).map { item in
                var row = item.row
                row.attrs.sort { $0.label < $1.label }
                return row
            }
            return .json(Page(data: page, paging: query.paging(ofPageWith: page.count)))
        }
    }

    private static func checkDevice(_ call: Call, _ platform: Platform) throws(Refusal) {
        let id = call.parameter("id")
        guard platform.read({ $0.devices[id] }) != nil else {
            throw .error(404, "Not found \(platform.options.tenant)/\(id)")
        }
    }

    /// The values of a device, oldest first: of one attribute and one time, InfluxDB keeps the last.
    ///
    /// Up to 0.8 values are stored as JSON and come back as they were. On 1.0 an object is stored as text (dojot/dojot,
    /// connector/mqtt/vernemq/v2k-bridge/app/Utils.js, attrsHandler), and null is not stored at all.
    private static func samples(
        _ call: Call, _ platform: Platform, _ query: TimeSeriesQuery, attributes: [String], last: Int?
    ) -> [History.Sample] {
        let isText = platform.options.release == .v10
        let found = platform.history.history.samples(
            of: call.parameter("id"), attributes: attributes, from: query.from, to: query.to, last: last)
        var result: [History.Sample] = []
        for var sample in found where sample.time < query.to {
            switch sample.value {
            case .null where isText: continue
            case .object where isText:
                sample.value = .string(String(decoding: JSON.encode(sample.value), as: UTF8.self))
            default: break
            }
            // The samples of one time follow each other.
            let before = result.indices.reversed().prefix { result[$0].time == sample.time }
            if let index = before.first(where: { result[$0].attr == sample.attr }) {
                result[index] = sample
            } else {
                result.append(sample)
            }
        }
        return result
    }
}
