/// What the time series service answers (dojot/dojot, storage/time-series/influxdb/retriever: app/influx/DeviceDataRepository.js,
/// app/express/interceptors/CustomPaginator.js).
enum TimeSeriesAnswer {
    /// `GET /tss/v1/devices/ID/attrs/ATTR/data`.
    struct AttributePage: Decodable {
        struct Value: Decodable {
            let ts: String
            let value: JSONValue

            func sample(_ attribute: String) -> Sample { TimeSeriesAnswer.sample(attribute, ts, value) }
        }

        let data: [Value]
        let paging: Paging
    }

    /// `GET /tss/v1/devices/ID/data`.
    struct DevicePage: Decodable {
        struct Moment: Decodable {
            struct Attribute: Decodable {
                let label: String
                let value: JSONValue
            }

            let ts: String
            let attrs: [Attribute]

            var samples: [(label: String, sample: Sample)] {
                attrs.map { ($0.label, TimeSeriesAnswer.sample($0.label, ts, $0.value)) }
            }
        }

        let data: [Moment]
        let paging: Paging
    }

    struct Paging: Decodable {
        struct Page: Decodable {
            let number: Int
            let url: String?

            /// The query of this page: that of its URL, which has the time of the first request as `dateTo`, so that samples that come
            /// in meanwhile move nothing to another page.
            ///
            /// - Parameter former: the query of the page before, for a page without such a URL.
            func query(after former: String) -> String {
                if let url, let mark = url.firstIndex(of: "?") {
                    let query = url[url.index(after: mark)...]
                    let isPlain = query.utf8.allSatisfy { $0.isPlain || "%&=:+,~!*'()".utf8.contains($0) }
                    if !query.isEmpty, query.utf8.count <= 2048, isPlain { return String(query) }
                }
                let rest = former.split(separator: "&").filter { !$0.hasPrefix("page=") }
                return (rest + ["page=\(number)"]).joined(separator: "&")
            }
        }

        let next: Page?
    }

    /// The service stores objects and arrays as their JSON text.
    private static func sample(_ attribute: String, _ time: String, _ value: JSONValue) -> Sample {
        Sample(attribute: attribute, time: ServerText.cleaned(time), value: value.parsedIfStructured)
    }
}

extension JSONValue {
    /// The value itself, but the object or the array whose JSON text it is: the form in which dojot 1.0 stores them.
    public var parsedIfStructured: JSONValue {
        guard case .string(let text) = self, text.hasPrefix("{") || text.hasPrefix("[") else { return self }
        return JSONValue(json: Array(text.utf8)) ?? self
    }
}
