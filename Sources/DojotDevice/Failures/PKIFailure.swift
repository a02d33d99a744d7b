import PKI

extension Failure {
    /// What is wrong with a key, a request or a certificate.
    init(_ error: PKIError, message: String? = nil) {
        self.init(.dataError, message ?? error.message)
    }
}
