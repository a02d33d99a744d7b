#pragma once

// libcurl without linking it: the header gives the types, dlopen(3) the functions. A program that makes no request
// never pays for loading it (7 to 9 ms), and one that does can say what to install where it is missing.
//
// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: they are called here, through
// pointers of their true type, with one function for each kind of argument.

#include <curl/curl.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <stddef.h>

/// libcurl's functions, as dlsym(3) found them; `handle` is null until `curl_library_open` succeeds.
struct curl_library {
    void *handle;
    const char *(*version)(void);
    CURLcode (*global_init_mem)(
        long flags, curl_malloc_callback malloc, curl_free_callback free, curl_realloc_callback realloc,
        curl_strdup_callback strdup, curl_calloc_callback calloc);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    CURLcode (*easy_perform)(CURL *easy);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURLSH *(*share_init)(void);
    CURLSHcode (*share_cleanup)(CURLSH *share);
    CURLSHcode (*share_setopt)(CURLSH *share, CURLSHoption option, ...);
    CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
};

/// Opens the library and finds its functions; returns null, or a copy of the text of what is missing, for free(3):
/// dlerror(3)'s own is gone with the next dl call, which may be the Swift runtime's.
static inline char *curl_library_open(const char *name, struct curl_library *library) {
    void *handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (!handle) return strdup(dlerror());
    const struct {
        const char *symbol;
        void **slot;
    } wanted[] = {
        {"curl_version", (void **)&library->version},
        {"curl_global_init_mem", (void **)&library->global_init_mem},
        {"curl_easy_init", (void **)&library->easy_init},
        {"curl_easy_cleanup", (void **)&library->easy_cleanup},
        {"curl_easy_perform", (void **)&library->easy_perform},
        {"curl_easy_strerror", (void **)&library->easy_strerror},
        {"curl_slist_append", (void **)&library->slist_append},
        {"curl_slist_free_all", (void **)&library->slist_free_all},
        {"curl_share_init", (void **)&library->share_init},
        {"curl_share_cleanup", (void **)&library->share_cleanup},
        {"curl_share_setopt", (void **)&library->share_setopt},
        {"curl_easy_setopt", (void **)&library->easy_setopt},
        {"curl_easy_getinfo", (void **)&library->easy_getinfo},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        *wanted[i].slot = dlsym(handle, wanted[i].symbol);
        if (!*wanted[i].slot) return strdup(dlerror());
    }
    library->handle = handle;
    return NULL;
}

// Memory of libcurl's, overwritten before it is given back: it holds the login's password and the token.

static inline void curl_library_free(void *memory) {
    if (memory) explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static inline void *curl_library_realloc(void *memory, size_t size) {
    if (!memory) return malloc(size);
    size_t present = malloc_usable_size(memory);
    if (size <= present && size > 0) return memory;
    // realloc(3) itself would leave a copy where it moves.
    void *moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, memory, present < size ? present : size);
    curl_library_free(memory);
    return moved;
}

/// Sets the library up to wipe what it frees, see curl_global_init_mem(3).
static inline CURLcode curl_library_init(const struct curl_library *library, long flags) {
    return library->global_init_mem(flags, malloc, curl_library_free, curl_library_realloc, strdup, calloc);
}

// One function for each type of argument that curl_easy_setopt(3) takes.

static inline CURLcode curl_library_set_long(
    const struct curl_library *library, CURL *easy, CURLoption option, long value) {
    return library->easy_setopt(easy, option, value);
}

static inline CURLcode curl_library_set_string(
    const struct curl_library *library, CURL *easy, CURLoption option, const char *value) {
    return library->easy_setopt(easy, option, value);
}

static inline CURLcode curl_library_set_pointer(
    const struct curl_library *library, CURL *easy, CURLoption option, void *value) {
    return library->easy_setopt(easy, option, value);
}

static inline CURLcode curl_library_set_list(
    const struct curl_library *library, CURL *easy, CURLoption option, struct curl_slist *value) {
    return library->easy_setopt(easy, option, value);
}

/// What libcurl calls with received bytes (CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION).
typedef size_t (*curl_library_receive)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curl_library_set_receive(
    const struct curl_library *library, CURL *easy, CURLoption option, curl_library_receive value) {
    return library->easy_setopt(easy, option, value);
}

/// What libcurl calls now and then during a transfer (CURLOPT_XFERINFOFUNCTION); other than 0 ends it.
typedef int (*curl_library_progress)(
    void *context, curl_off_t download_total, curl_off_t downloaded, curl_off_t upload_total, curl_off_t uploaded);

static inline CURLcode curl_library_set_progress(
    const struct curl_library *library, CURL *easy, CURLoption option, curl_library_progress value) {
    return library->easy_setopt(easy, option, value);
}

static inline CURLcode curl_library_set_open_socket(
    const struct curl_library *library, CURL *easy, curl_opensocket_callback value) {
    return library->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

/// Makes `share` share one kind of data, see CURLSHOPT_SHARE(3).
static inline CURLSHcode curl_library_share(const struct curl_library *library, CURLSH *share, curl_lock_data data) {
    return library->share_setopt(share, CURLSHOPT_SHARE, data);
}

// One function for each type that curl_easy_getinfo(3) gives; zero where it gives none.

static inline long curl_library_get_long(const struct curl_library *library, CURL *easy, CURLINFO info) {
    long value = 0;
    return library->easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline const struct curl_certinfo *curl_library_get_certificates(
    const struct curl_library *library, CURL *easy) {
    struct curl_certinfo *value = NULL;
    return library->easy_getinfo(easy, CURLINFO_CERTINFO, &value) == CURLE_OK ? value : NULL;
}

/// CURLOPT_QUICK_EXIT of libcurl 7.87, by number since older headers lack it: a name server that does not answer must
/// not hold the program past its deadline. Older libraries refuse it, which is ignored.
static const int curl_library_quick_exit = 322;
