import HTTP

/// A device's samples from dojot's time series service, `/tss/v1` (dojot/dojot, storage/time-series/influxdb/retriever: app/express).
struct TimeSeries {
    /// The most samples that one request may ask for (config/default.conf, paginate.default.max.limit).
    static let largestPage = 256

    let requests: GatewayRequests
    let name: DeviceName

    /// Reads the samples by attribute.
    ///
    /// - Parameter attributes: their labels; all of them if empty.
    /// - Returns: nothing for a device that the service does not know: it learns of a new one after the device manager.
    func read(
        _ attributes: [String], _ selection: DeviceHistory.Selection
    ) throws(DojotError) -> [String: [Sample]] {
        do throws(DojotError) {
            if !attributes.isEmpty, attributes.allSatisfy(Self.isInRoutes) {
                return try samples(of: attributes, selection)
            }
            return try allSamples(selection).filter { attributes.isEmpty || attributes.contains($0.key) }
        } catch {
            guard error.code == .unknownDevice else { throw error }
            return [:]
        }
    }

    /// Whether the route of one attribute accepts a label: `^[a-zA-Z0-9_-]+$` (api/v1.yml). A device may publish others.
    private static func isInRoutes(_ label: String) -> Bool {
        !label.isEmpty && label.utf8.allSatisfy { $0.isPlain && $0 != UInt8(ascii: ".") }
    }

    private func samples(
        of attributes: [String], _ selection: DeviceHistory.Selection
    ) throws(DojotError) -> [String: [Sample]] {
        var samples: [String: [Sample]] = [:]
        for attribute in Set(attributes) {
            let found = try read(attribute, selection)
            if !found.isEmpty { samples[attribute] = found }
        }
        return samples
    }

    /// The samples of one attribute: `GET /tss/v1/devices/ID/attrs/ATTR/data`, page after page.
    private func read(
        _ attribute: String, _ selection: DeviceHistory.Selection
    ) throws(DojotError) -> [Sample] {
        let (count, query) = self.query(selection)
        let path = "/tss/v1/devices/\(name.device)/attrs/\(DeviceContent.queryValue(attribute))/data"
        var samples: [Sample] = []
        var next: String? = "\(query)&limit=\(min(count, Self.largestPage))"
        while let query = next, samples.count < count {
            let page = try exchange("\(path)?\(query)").send(expecting: TimeSeriesAnswer.AttributePage.self)
            samples += page.data.map { $0.sample(attribute) }
            // After the last page there may be an empty one.
            next = page.data.isEmpty ? nil : page.paging.next?.query(after: query)
        }
        return Array(samples.prefix(count))
    }

    /// The samples of all attributes: `GET /tss/v1/devices/ID/data`. What one page does not contain is read attribute by attribute, so
    /// that a rare attribute is found behind many samples of a frequent one.
    private func allSamples(_ selection: DeviceHistory.Selection) throws(DojotError) -> [String: [Sample]] {
        let (count, query) = self.query(selection)
        let page = try exchange("/tss/v1/devices/\(name.device)/data?\(query)&limit=\(Self.largestPage)")
            .send(expecting: TimeSeriesAnswer.DevicePage.self)
        var samples: [String: [Sample]] = [:]
        for moment in page.data {
            for (label, sample) in moment.samples where samples[label, default: []].count < count {
                samples[label, default: []].append(sample)
            }
        }
        guard page.paging.next != nil, !page.data.isEmpty else { return samples }
        let device = try requests.exchange(
            "show device \(name)", .get, "/device/\(name.device)", meaning: DeviceMeaning.ofDevices
        ).send(expecting: DeviceAnswer.Item.self).device
        let labels = Set(device.attributes.filter { $0.kind == "dynamic" }.map(\.label)).union(samples.keys)
        let incomplete = labels.filter { Self.isInRoutes($0) && samples[$0, default: []].count < count }
        return samples.merging(try self.samples(of: Array(incomplete), selection)) { $1 }
    }

    private func query(_ selection: DeviceHistory.Selection) -> (count: Int, query: String) {
        switch selection {
        case .last(let count): (count, "order=desc")
        case .from(let start, let count):
            // Without dateTo the range ends now, and InfluxDB refuses a start after that: a device's clock may be ahead.
            (count, "order=asc&dateFrom=\(DeviceContent.queryValue(start))&dateTo=2200-01-01T00%3A00%3A00Z")
        }
    }

    private func exchange(_ target: String) -> GatewayExchange {
        requests.exchange("read the history of device \(name)", .get, target, meaning: Self.meaning)
    }

    /// `{"error": "Not found TENANT/DEVICE"}` is the service's own 404; the gateway's is that of a missing route.
    private static func meaning(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        guard status == 404 else { return DeviceMeaning.ofDevices(status, words) }
        guard words.hasPrefix("Not found ") else { return nil }
        return (.unknownDevice, "the history has no such device")
    }
}
