import PKI

extension Failure {
    /// What is wrong with a key, a request or a certificate.
    init(_ error: PKIError, message: String? = nil) {
        let message = message ?? error.message
        self.init(.dataError, message, hint: CommandContext.current.restoration(of: message))
    }
}
