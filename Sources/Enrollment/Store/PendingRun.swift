import Dojot
import PKI

/// A signature that was asked for, or is about to be.
///
/// It is on disk before the platform is asked, since the platform may refuse to sign twice: its key is never thrown away while a
/// certificate for it may exist. One file holds it all, so that it is there whole or not at all: key and request in PEM, and before
/// them, as the explanatory text of RFC 7468 section 2, what they are for.
struct PendingRun {
    /// What the run was for.
    struct Order: Equatable {
        var gateway: String
        var ca: String
    }

    let order: Order
    /// The device's tenant; nil in what an earlier version left.
    let tenant: String?
    let key: PrivateKey
    var request: CertificateRequest
    /// Whether an earlier process began it, so that the certificate may exist already.
    let isResumed: Bool

    /// The name that the certificate was asked for; on an EJBCA, the end entity's.
    var commonName: String { request.subject.commonName ?? "" }

    init(order: Order, tenant: String, key: PrivateKey, request: CertificateRequest) {
        self.order = order
        self.tenant = tenant
        self.key = key
        self.request = request
        isResumed = false
    }

    /// Reads what an earlier process left.
    init(resuming file: String) throws(EnrollmentError) {
        var content = try FileSystem.read(file)
        defer { wipe(&content) }
        let fields = Self.fields(of: content)
        guard let gateway = fields["gateway"], let ca = Self.authorityName(in: fields) else {
            throw EnrollmentError(.cannotRead, "cannot read \(file): it does not say what it is for")
        }
        order = Order(gateway: gateway, ca: ca)
        tenant = fields["tenant"]
        key = try asking(about: file) { () throws(PKIError) in try PrivateKey(pem: content) }
        request = try asking(about: file) { () throws(PKIError) in try CertificateRequest(pem: content) }
        isResumed = true
    }

    /// Puts the run on disk, whole or not at all, with the folders above it that may be new.
    func write(to file: String, in folders: [String], _ durability: Durability = .each) throws(EnrollmentError) {
        var content = Array("gateway: \(order.gateway)\nca: \(order.ca)\n".utf8)
        if let tenant { content += Array("tenant: \(tenant)\n".utf8) }
        // Not kept for the identity's own file, though to write it takes 0.3 ms: while the platform is waited for it would lie in memory.
        var keyPEM = try asking { () throws(PKIError) in try key.pem() }
        defer {
            wipe(&keyPEM)
            wipe(&content)
        }
        let requestPEM = request.pem
        // Room for all of it, so that the array does not move and leave a copy of the key behind.
        content.reserveCapacity(content.count + keyPEM.count + requestPEM.count)
        content += keyPEM
        content += requestPEM
        try FileSystem.replace(file, content, mode: 0o600, in: folders, durability)
    }

    /// The CA's name, which goes into a path; nil where there is none, or one that must not.
    static func authorityName(in fields: [String: String]) -> String? {
        fields["ca"].flatMap { try? PlatformName.check($0, as: "CA name") }
    }

    /// The `name: value` lines before the first PEM block.
    static func fields(of content: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        for line in content.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: "-----".utf8) { break }
            let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1].drop { $0 == " " }) }
        }
        return fields
    }
}
