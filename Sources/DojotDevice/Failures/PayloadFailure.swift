import Payload

extension Failure {
    /// What is wrong with a payload, with its position.
    init(_ error: PayloadError) {
        self.init(.dataError, error.description)
    }
}
