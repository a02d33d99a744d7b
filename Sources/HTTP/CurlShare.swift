import CLibCurl

/// The owner of a share handle: connections, TLS sessions and resolved names that outlive the easy handles using it.
///
/// It has no locks: its easy handles must not run at the same time, see libcurl-share(3).
final class CurlShare {
    let library: CurlLibrary
    let share: UnsafeMutableRawPointer

    init(library: CurlLibrary) throws(CurlLibrary.Missing) {
        guard let share = library.functions.share_init() else {
            throw CurlLibrary.Missing(reason: "no memory for a share handle")
        }
        self.library = library
        self.share = share
        for data in [CURL_LOCK_DATA_CONNECT, CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_DNS] {
            // A kind of data that a build of libcurl cannot share costs time, not correctness.
            _ = withUnsafePointer(to: library.functions) { curl_library_share($0, share, data) }
        }
    }

    deinit { _ = library.functions.share_cleanup(share) }
}
