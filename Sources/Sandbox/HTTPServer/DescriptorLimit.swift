import Glibc

/// How many files and sockets this process may have open (getrlimit(2)).
enum DescriptorLimit {
    /// Enough for as many connections as the server takes, and for as many at the broker, which inherits it.
    static let wanted: rlim_t = 16384

    /// Raises the limit as far as it is wanted and allowed.
    static func raise() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(limit.rlim_max, wanted)
        setrlimit(resource, &limit)
    }
}
