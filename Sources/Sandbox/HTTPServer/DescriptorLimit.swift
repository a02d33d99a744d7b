import Glibc

/// How many files and sockets this process may have open (getrlimit(2)).
enum DescriptorLimit {
    /// More than enough for as many connections as the server takes, and for a fleet at each broker, which inherits it: from one
    /// address a client has 28,000.
    static let wanted: rlim_t = 131_072

    /// Raises the limit as far as it is wanted and allowed.
    static func raise() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(limit.rlim_max, wanted)
        setrlimit(resource, &limit)
    }
}
