public import HTTP

/// The platform's device manager and its history: devices are made, looked at, told something and removed here.
///
/// Every call throws `DojotError`: `.unknownDevice`, `.unauthorized`, `.forbidden`, `.requestRefused`, and what every
/// route can throw.
public struct DeviceManager {
    private let requests: GatewayRequests

    /// How many devices are asked for at once: an answer stays well under the client's limit of 1 MiB.
    public static let pageSize = 50
    /// The most pages of a list: a million devices at the usual size. A gateway may say for ever that there is one more.
    static let mostPages = 20_000
    /// The most devices that one request makes.
    public static let mostAtOnce = 10_000

    /// The devices of the session's tenant.
    ///
    /// - Parameters:
    ///   - timeout: the time for each request with all its repetitions, in seconds.
    ///   - onRetry: told before each wait.
    public init(
        gateway: Gateway, session: Session, http: HTTPClient, timeout: Double = 60, retry: RetryPolicy = .standard,
        onRetry: @escaping (RetryEvent) -> Void = { _ in }
    ) {
        requests = GatewayRequests(
            gateway: gateway, session: session, timeout: timeout, http: http, retry: retry, onRetry: onRetry)
    }

    /// All devices, in the platform's order: `GET /device`, page after page.
    ///
    /// - Throws: `.protocolViolation` too, for pages that go round in circles, or that do not end.
    public func devices(pageSize: Int = DeviceManager.pageSize) throws(DojotError) -> [Device] {
        var devices: [Device] = []
        var (number, hasNext) = (1, true)
        while hasNext {
            let page = try page(number, size: pageSize)
            // A list whose pages are all the same never ends.
            guard number == 1 || page.devices.first?.id != devices.first?.id else {
                throw DojotError(
                    .protocolViolation, "cannot list the devices: page \(number) of the list is page 1 again")
            }
            devices += page.devices
            (number, hasNext) = (number + 1, page.hasNext)
        }
        return devices
    }

    /// One page of all devices, so that those of a large tenant need not all be held: `GET /device`.
    ///
    /// - Parameter number: from 1.
    /// - Returns: its devices, and whether there is a page after it.
    /// - Throws: `.protocolViolation` too, for pages that go round in circles, or that do not end.
    public func page(
        _ number: Int, size: Int = DeviceManager.pageSize
    ) throws(DojotError) -> (devices: [Device], hasNext: Bool) {
        let exchange = exchange("list the devices", .get, "/device?page_size=\(size)&page_num=\(number)")
        let answer = try exchange.send(expecting: DeviceAnswer.Page.self)
        let (devices, pagination) = (answer.devices.map(\.device), answer.pagination)
        guard number < Self.mostPages || !pagination.hasNext else {
            throw exchange.violation("the list of devices does not end: it has more than \(number) pages")
        }
        guard !pagination.hasNext || (pagination.nextPage == number + 1 && !devices.isEmpty) else {
            throw exchange.violation("page \(number) of the list has no page \(number + 1) after it, but says so")
        }
        return (devices, pagination.hasNext)
    }

    /// The ids of all devices: `GET /device?idsOnly=true`.
    ///
    /// - Throws: `.transport(.tooLarge)` too, for a tenant of more than about 100,000 devices.
    public func ids() throws(DojotError) -> [String] {
        try exchange("list the devices' ids", .get, "/device?idsOnly=true").send(expecting: [String].self)
    }

    /// One device: `GET /device/ID`.
    public func device(_ name: DeviceName) throws(DojotError) -> Device {
        let exchange = exchange("show device \(name)", .get, "/device/\(name.device)")
        return try exchange.send(expecting: DeviceAnswer.Item.self).device
    }

    /// Makes a template: `POST /template`. It is not repeated where its answer was lost.
    public func createTemplate(
        label: String, attributes: [Device.Attribute]
    ) throws(DojotError) -> DeviceTemplate {
        let exchange = exchange(
            "make template \(ServerText.quoted(label))", .post, "/template",
            content: JSONContent.encode(DeviceContent.Template(label: label, attributes: attributes)))
        let answer = try exchange.send(expecting: DeviceAnswer.MadeTemplate.self)
        return DeviceTemplate(id: answer.template.id.value, label: label)
    }

    /// Removes a template that no device has: `DELETE /template/ID`.
    public func deleteTemplate(_ id: Int) throws(DojotError) {
        _ = try exchange("delete template \(id)", .delete, "/template/\(id)").send()
    }

    /// Makes devices: `POST /device`; more than one are labelled LABEL_0, LABEL_1 and so on by the platform. It is not
    /// repeated where its answer was lost.
    ///
    /// - Parameter count: 1 to `mostAtOnce`.
    /// - Returns: their ids.
    public func create(label: String, templates: [Int], count: Int = 1) throws(DojotError) -> [String] {
        let exchange = exchange(
            "make device \(ServerText.quoted(label))", .post, "/device?count=\(count)",
            content: JSONContent.encode(
                DeviceContent.Draft(
                    label: label, templates: templates, disabled: requests.session.claims.isKeycloak ? false : nil)))
        let made = try exchange.send(expecting: DeviceAnswer.MadeDevices.self).devices
        guard made.count == count else {
            throw exchange.violation("\(count) were asked for, and the platform says that it made \(made.count)")
        }
        return made.map { ServerText.cleaned($0.id) }
    }

    /// Tells a device something: `PUT /device/ID/actuate`. It is not repeated where its answer was lost: the device may
    /// have been told.
    ///
    /// - Parameter attributes: a JSON object; the device gets just these bytes.
    /// - Throws: `.notActuator` too, for an attribute that is no actuator of its templates.
    public func actuate(_ name: DeviceName, attributes: [UInt8]) throws(DojotError) {
        let content = Array(#"{"attrs": "#.utf8) + attributes + Array("}".utf8)
        let exchange = exchange(
            "actuate device \(name)", .put, "/device/\(name.device)/actuate", content: content, mayBeRepeated: false)
        _ = try exchange.send()
    }

    /// Removes a device: `DELETE /device/ID`. Its connection is dropped and its history goes.
    public func delete(_ name: DeviceName) throws(DojotError) {
        let exchange = exchange("delete device \(name)", .delete, "/device/\(name.device)", mayBeRepeated: false)
        do {
            _ = try exchange.send()
        } catch {
            guard error.code == .transport(.connectionLost), isGone(name) else { throw error }
        }
    }

    /// Whether a device that was to be removed is, though the answer was lost.
    private func isGone(_ name: DeviceName) -> Bool {
        do {
            _ = try device(name)
            return false
        } catch {
            return error.code == .unknownDevice
        }
    }

    /// What the platform stored of a device, by attribute, newest first: `GET /history/device/ID/history`, or the same by `/tss/v1`.
    ///
    /// - Parameters:
    ///   - attributes: their labels; all of them if there are none.
    ///   - last: the number of samples of each.
    /// - Returns: nothing for an attribute of which there is nothing.
    public func history(
        of name: DeviceName, attributes: [String], last: Int
    ) throws(DojotError) -> [String: [Sample]] {
        try DeviceHistory(requests: requests, name: name).read(attributes, .last(last))
    }

    /// What the platform stored of a device from a time on, by attribute, oldest first.
    ///
    /// - Parameters:
    ///   - start: in ISO 8601.
    ///   - first: the number of samples of each.
    public func history(
        of name: DeviceName, attributes: [String], from start: String, first: Int
    ) throws(DojotError) -> [String: [Sample]] {
        try DeviceHistory(requests: requests, name: name).read(attributes, .from(start, first: first))
    }

    private func exchange(
        _ purpose: String, _ method: HTTPRequest.Method, _ path: String, content: [UInt8]? = nil,
        mayBeRepeated: Bool? = nil
    ) -> GatewayExchange {
        requests.exchange(
            purpose, method, path, content: content, mayBeRepeated: mayBeRepeated, meaning: DeviceMeaning.ofDevices)
    }
}
