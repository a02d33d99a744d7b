#pragma once

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// prctl(2) and syscall(2) are variadic, which Swift cannot call.

static inline int linux_set_dumpable(int is_dumpable) { return prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0); }

// glibc declares these two for _GNU_SOURCE alone, which Swift's view of it is not.

static inline int linux_syncfs(int descriptor) { return (int)syscall(SYS_syncfs, descriptor); }

/// Writes the set of cores that this thread may run on, a bit each; the number of bytes written, or -1. See sched_getaffinity(2).
static inline int linux_get_affinity(void *set, unsigned long size) {
    return (int)syscall(SYS_sched_getaffinity, 0, size, set);
}

/// socketpair(2) itself, past whatever has taken the C library's place.
static inline int linux_socketpair(int domain, int type, int protocol, int pair[2]) {
    return (int)syscall(SYS_socketpair, domain, type, protocol, pair);
}
