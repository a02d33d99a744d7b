public import Dojot

/// The platform that the files of a device name, whether they are a complete identity or not.
public struct StoredPlatform: Sendable {
    /// The device as its files are named.
    public let name: String
    /// The gateway's address, such as `http://localhost:8000`.
    public let gateway: String
    public let authorityName: String
    /// The options of `retrieve-cert` for a broker that it would not choose without them; none while the profile is in place,
    /// since a new identity takes the broker over from there.
    public let brokerOptions: [String]

    fileprivate init(_ profile: Profile, name: String, isInPlace: Bool) {
        self.name = name
        (gateway, authorityName) = (profile.gateway, profile.ca)
        brokerOptions = isInPlace ? [] : profile.brokerOptions
    }

    fileprivate init(name: String, gateway: String, authorityName: String) {
        (self.name, self.gateway, self.authorityName) = (name, gateway, authorityName)
        brokerOptions = []
    }
}

extension CredentialStore {
    /// The platform of a device by its profile, its unfinished run, or its profile in `revoked/`; nil where no file names it.
    public func platform(of name: DeviceName) -> StoredPlatform? {
        let layout = StoreLayout(directory: directory, name: names(answeringTo: name).first ?? "\(name)")
        if let profile = profile(layout.visible(.profile)) {
            return StoredPlatform(profile, name: layout.name, isInPlace: true)
        }
        let fields = (try? FileSystem.read(layout.pending)).map(PendingRun.fields) ?? [:]
        if let gateway = fields["gateway"].flatMap({ try? Gateway($0) }),
            let authority = PendingRun.authorityName(in: fields)
        {
            return StoredPlatform(name: layout.name, gateway: "\(gateway)", authorityName: authority)
        }
        let revoked = revokedFolders(of: name).compactMap { entry in
            profile("\(entry.path)/\(entry.name).json").map { (entry.name, $0) }
        }
        // RFC 3339 times in UTC sort as text.
        let last = revoked.max { $0.1.certificate.notBefore < $1.1.certificate.notBefore }
        return last.map { StoredPlatform($1, name: $0, isInPlace: false) }
    }

    /// The platform that the identities of this folder share; nil where the first twenty differ, or there are none.
    public var sharedPlatform: StoredPlatform? {
        let profiles = deviceNames.prefix(20).compactMap { name in
            let layout = StoreLayout(directory: directory, name: "\(name)")
            return profile(layout.visible(.profile)).map { StoredPlatform($0, name: layout.name, isInPlace: true) }
        }
        guard let first = profiles.first else { return nil }
        let isShared = profiles.allSatisfy { ($0.gateway, $0.authorityName) == (first.gateway, first.authorityName) }
        return isShared ? first : nil
    }

    private func profile(_ path: String) -> Profile? {
        try? JSON.decode(Profile.self, from: path, meantAs: "profile")
    }
}

extension Profile {
    /// The options of `retrieve-cert` that name this broker; none for the one that it takes by default.
    fileprivate var brokerOptions: [String] {
        var options: [String] = []
        if broker.port != 8883 || broker.host != (try? Gateway(gateway))?.host {
            let host = broker.host.contains(":") ? "[\(broker.host)]" : broker.host
            options += ["--broker", "\(host):\(broker.port)"]
        }
        if broker.kind != platform.usualBroker { options += ["--broker-kind", broker.kind.rawValue] }
        return options
    }
}
