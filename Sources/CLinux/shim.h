#pragma once

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/xattr.h>

// prctl(2) is variadic, which Swift cannot call.

static inline int linux_set_dumpable(int is_dumpable) { return prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0); }
