public import Dojot
public import HTTP

/// The devices of a tenant at the platform's device manager, listed and made with a login that holds however long that takes.
public struct TenantDevices {
    private let login: SharedLogin
    private let http: HTTPClient
    private let timeout: Double
    private let isInterrupted: () -> Bool
    private let onRetry: (RetryEvent) -> Void

    /// - Parameters:
    ///   - timeout: the time for each request with all its repetitions, in seconds.
    ///   - isInterrupted: asked at least once a second while something is waited for; true ends it.
    ///   - onRetry: told before each wait.
    public init(
        as login: SharedLogin, trust: HTTPTrust, timeout: Double, isInterrupted: @escaping () -> Bool,
        onRetry: @escaping (RetryEvent) -> Void
    ) {
        (self.login, self.timeout, self.isInterrupted, self.onRetry) = (login, timeout, isInterrupted, onRetry)
        http = HTTPClient(trust: trust, isInterrupted: isInterrupted)
    }

    /// Hands all devices over, page after page, so that those of a large tenant need not all be held.
    ///
    /// - Throws: `DojotError`.
    public func read(_ body: ([Device]) -> Void) throws {
        var (number, hasNext) = (1, true)
        while hasNext {
            let page = try request { try $0.page(number) }
            body(page.devices)
            (number, hasNext) = (number + 1, page.hasNext)
        }
    }

    /// Which of these devices the platform does not have, by one request that is not repeated.
    ///
    /// - Throws: `DojotError`.
    public func unknown(among names: [DeviceName]) throws -> [DeviceName] {
        let known = Set(
            try login.use(isInterrupted: isInterrupted) { session in
                try DeviceManager(
                    gateway: login.gateway, session: session, http: http, timeout: min(timeout, 10), retry: .never
                ).ids()
            })
        return names.filter { !known.contains($0.device) }
    }

    /// Makes a template, and gives its id.
    func createTemplate(label: String, attributes: [Device.Attribute]) throws -> Int {
        try request { try $0.createTemplate(label: label, attributes: attributes).id }
    }

    /// Makes devices, and gives their ids.
    func create(label: String, template: Int, count: Int) throws -> [String] {
        try request { try $0.create(label: label, templates: [template], count: count) }
    }

    /// One device.
    public func device(_ name: DeviceName) throws -> Device { try request { try $0.device(name) } }

    /// The newest samples of a device, by attribute.
    public func history(of name: DeviceName, attributes: [String], last: Int) throws -> [String: [Sample]] {
        try request { try $0.history(of: name, attributes: attributes, last: last) }
    }

    /// The first samples of a device from a time on, by attribute.
    public func history(
        of name: DeviceName, attributes: [String], from start: String, first: Int
    ) throws -> [String: [Sample]] {
        try request { try $0.history(of: name, attributes: attributes, from: start, first: first) }
    }

    /// One request: a login that has expired meanwhile is refused before anything is done, so that it may be sent again.
    private func request<Result>(_ send: (DeviceManager) throws -> Result) throws -> Result {
        try login.use(isInterrupted: isInterrupted) { session in
            try send(
                DeviceManager(
                    gateway: login.gateway, session: session, http: http, timeout: timeout, onRetry: onRetry))
        }
    }
}
