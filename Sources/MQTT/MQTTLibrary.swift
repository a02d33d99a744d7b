import CMosquitto

/// The library underneath.
public enum MQTTLibrary {
    /// The version of libmosquitto that this process runs with, such as "2.0.11".
    public static var version: String {
        var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
        _ = mosquitto_lib_version(&major, &minor, &revision)
        return "\(major).\(minor).\(revision)"
    }
}
