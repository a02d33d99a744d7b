import Glibc

/// How many files and sockets this process may have open, see getrlimit(2).
public enum OpenFiles {
    /// What a run needs beside its connections: libraries, terminals, epoll, the duplicates of handshakes under way.
    public static let others = 256

    /// Raises the soft limit, and the hard one where that is allowed.
    ///
    /// - Throws: `FleetError` with `.tooFewFiles` where the hard limit is too low.
    public static func allow(_ needed: Int) throws(FleetError) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        if limit.rlim_cur >= UInt(needed) { return }
        let wanted = rlimit(rlim_cur: UInt(needed), rlim_max: max(limit.rlim_max, UInt(needed)))
        if withUnsafePointer(to: wanted, { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), $0) }) == 0 { return }
        throw FleetError(
            .tooFewFiles, "\(needed) open files are needed, and this process may have \(limit.rlim_max)",
            hint: "ulimit -Hn \(needed), or LimitNOFILE=\(needed) in a service's unit, raises the limit; it takes root")
    }
}
