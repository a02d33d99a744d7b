/// A release of dojot.
public enum DojotRelease: String, CaseIterable, Sendable {
    /// And earlier ones.
    case v04 = "0.4"
    case v05 = "0.5"
    case v06 = "0.6"
    case v07 = "0.7"
    /// 0.8.0 and 0.8.1.
    case v08 = "0.8"
    /// 1.0-rc, with Keycloak.
    case v10 = "1.0"
}
