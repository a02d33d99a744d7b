/// Someone whom the CA may give a certificate to, as EJBCA keeps it.
struct EndEntity: Codable, Sendable, Equatable {
    /// EJBCA's states, by its numbers.
    enum Status: Int, Codable, Sendable {
        case new = 10
        case failed = 11
        case initialized = 20
        case inProcess = 30
        case generated = 40
        case revoked = 50
        case historical = 60
        case keyRecovery = 70

        /// EJBCA's name of the state.
        var name: String {
            switch self {
            case .new: "NEW"
            case .failed: "FAILED"
            case .initialized: "INITIALIZED"
            case .inProcess: "INPROCESS"
            case .generated: "GENERATED"
            case .revoked: "REVOKED"
            case .historical: "HISTORICAL"
            case .keyRecovery: "KEYRECOVERY"
            }
        }

        /// Whether a certificate may be asked for in this state.
        var allowsSigning: Bool { self == .new || self == .failed || self == .inProcess }
    }

    var username: String
    var password = "dojot"
    var status = Status.new
    var subjectDN: String
    var caName: String
    var certificateProfileName = "CFREE"
    var endEntityProfileName = "EMPTY_CFREE"
    var tokenType = "USERGENERATED"
    var clearPwd = true

    init(_ username: String, caName: String) {
        self.username = username
        self.caName = caName
        subjectDN = "CN=\(username)"
    }
}
