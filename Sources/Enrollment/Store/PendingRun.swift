import PKI

/// A signature that was asked for, or is about to be.
///
/// It is on disk before the platform is asked, since the platform may refuse to sign twice: its key is never thrown away while a
/// certificate for it may exist.
struct PendingRun {
    /// What the run was for.
    struct Order: Codable, Equatable {
        var gateway: String
        var ca: String
    }

    let order: Order
    let key: PrivateKey
    var request: CertificateRequest
    /// Whether an earlier process began it, so that the certificate may exist already.
    let isResumed: Bool

    /// The name that the certificate was asked for; on an EJBCA, the end entity's.
    var commonName: String { request.subject.commonName ?? "" }

    init(order: Order, key: PrivateKey, request: CertificateRequest) {
        self.order = order
        self.key = key
        self.request = request
        isResumed = false
    }

    /// Reads what an earlier process left.
    init(resuming layout: StoreLayout) throws(EnrollmentError) {
        order = try JSON.decode(Order.self, from: layout.order, meantAs: "pending order")
        key = try KeyFile.read(layout.file(.key, in: layout.pending))
        let requestFile = layout.file(.request, in: layout.pending)
        let requestPEM = try FileSystem.read(requestFile)
        request = try asking(about: requestFile) { () throws(PKIError) in try CertificateRequest(pem: requestPEM) }
        isResumed = true
    }

    /// Puts the run on disk, whole or not at all.
    func write(to layout: StoreLayout) throws(EnrollmentError) {
        let fresh = "\(layout.pending).new"
        FileSystem.removeFolder(fresh)
        try FileSystem.makeFolder(fresh)
        var keyPEM = try asking { () throws(PKIError) in try key.pem() }
        defer { wipe(&keyPEM) }
        try FileSystem.create(layout.file(.key, in: fresh), keyPEM, mode: StoreLayout.Part.key.mode)
        try FileSystem.create(layout.file(.request, in: fresh), request.pem, mode: StoreLayout.Part.request.mode)
        try FileSystem.create("\(fresh)/\(StoreLayout.orderName)", JSON.encode(order), mode: 0o644)
        try FileSystem.sync(folder: fresh)
        try FileSystem.rename(fresh, to: layout.pending)
    }

    /// Puts another request for the same key in the place of the first, which the platform has refused.
    mutating func replaceRequest(_ request: CertificateRequest, in layout: StoreLayout) throws(EnrollmentError) {
        try FileSystem.replace(
            layout.file(.request, in: layout.pending), request.pem, mode: StoreLayout.Part.request.mode)
        self.request = request
    }
}
