import CMicroHTTPD
import CMosquitto
import PKI

/// The versions of the libraries underneath.
public enum SandboxVersions {
    /// One line a library.
    public static var text: String {
        var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
        mosquitto_lib_version(&major, &minor, &revision)
        let http = MHD_get_version().map { String(cString: $0) } ?? "unknown"
        return "\(OpenSSL.version)\nlibmicrohttpd \(http)\nlibmosquitto \(major).\(minor).\(revision)"
    }
}
