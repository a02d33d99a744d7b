import CLinux

/// The processor's cores.
enum Cores {
    /// How many this process may run on, see sched_getaffinity(2); 1 where that cannot be told.
    static var usable: Int {
        var set = [UInt8](repeating: 0, count: 1024)
        let count = linux_get_affinity(&set, UInt(set.count))
        return max(1, set.prefix(max(0, Int(count))).reduce(0) { $0 + $1.nonzeroBitCount })
    }
}
