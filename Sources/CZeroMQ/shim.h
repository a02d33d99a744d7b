#pragma once

// libzmq without linking it: the header gives the types, dlopen(3) the functions. It draws in Kerberos, NORM and more, which
// no program must load that never joins a Locust master.

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

/// libzmq's functions, as dlsym(3) found them; `handle` is null until `zmq_library_open` succeeds.
struct zmq_library {
    void *handle;
    void *(*ctx_new)(void);
    int (*ctx_term)(void *context);
    void *(*socket)(void *context, int type);
    int (*close)(void *socket);
    int (*setsockopt)(void *socket, int option, const void *value, size_t size);
    int (*getsockopt)(void *socket, int option, void *value, size_t *size);
    int (*connect)(void *socket, const char *endpoint);
    int (*send)(void *socket, const void *bytes, size_t size, int flags);
    int (*recv)(void *socket, void *bytes, size_t size, int flags);
    int (*poll)(zmq_pollitem_t *items, int count, long milliseconds);
    int (*error)(void);
    const char *(*strerror)(int code);
};

/// Opens the library and finds its functions; returns null, or a copy of the text of what is missing, for free(3):
/// dlerror(3)'s own is gone with the next dl call, which may be the Swift runtime's.
static inline char *zmq_library_open(const char *name, struct zmq_library *library) {
    void *handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return strdup(dlerror());
    const struct {
        const char *symbol;
        void **slot;
    } wanted[] = {
        {"zmq_ctx_new", (void **)&library->ctx_new},
        {"zmq_ctx_term", (void **)&library->ctx_term},
        {"zmq_socket", (void **)&library->socket},
        {"zmq_close", (void **)&library->close},
        {"zmq_setsockopt", (void **)&library->setsockopt},
        {"zmq_getsockopt", (void **)&library->getsockopt},
        {"zmq_connect", (void **)&library->connect},
        {"zmq_send", (void **)&library->send},
        {"zmq_recv", (void **)&library->recv},
        {"zmq_poll", (void **)&library->poll},
        {"zmq_errno", (void **)&library->error},
        {"zmq_strerror", (void **)&library->strerror},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        *wanted[i].slot = dlsym(handle, wanted[i].symbol);
        if (!*wanted[i].slot) return strdup(dlerror());
    }
    library->handle = handle;
    return NULL;
}
