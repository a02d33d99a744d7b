import CLinux

/// What others may see of this process's memory.
enum ProcessMemory {
    /// Keeps it out of core files, and from all but root: passwords, tokens and keys are in it, see prctl(2), PR_SET_DUMPABLE.
    ///
    /// The kernel looks at that before it looks at core_pattern, so that a program which takes cores from a pipe gets none either; a limit
    /// on their size (RLIMIT_CORE) does not bind such a program, and hooks would inherit it. A hook is dumpable again: that goes with exec.
    static func keepPrivate() { _ = linux_set_dumpable(0) }
}
