/// Whom to believe to be the server that an https URL names.
public enum HTTPTrust: Sendable, Equatable {
    /// The machine's own certificate authorities, as libcurl was built to find them.
    case system
    /// The certificate authorities in this PEM file, and no other.
    case authority(file: String)
    /// Anybody: the server's certificate is not looked at. Who can answer can then read the password.
    case none
}
