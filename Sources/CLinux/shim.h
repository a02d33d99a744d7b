#pragma once

#include <sys/prctl.h>
#include <sys/xattr.h>

// prctl(2) is variadic, which Swift cannot call.

static inline int linux_set_dumpable(int is_dumpable) {
#ifdef DOJOT_SANITIZED
    // LeakSanitizer traces its own process at the end, which only root may do to one that is not dumpable.
    return 0;
#else
    return prctl(PR_SET_DUMPABLE, is_dumpable, 0, 0, 0);
#endif
}
