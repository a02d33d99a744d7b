#pragma once
#include <microhttpd.h>
#include <string.h>

// Undoes percent-encoding; a byte 0, where the text would end for its reader, becomes a byte 1, which no route has. So does
// a slash of a path, the only text that begins with one, where it is encoded: it divides nothing (RFC 3986, section 2.2).
static inline size_t dojot_mhd_unescape(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  if (text[0] == '/')
    for (char *place = text; (place = strchr(place, '%')); place++)
      if (place[1] == '2' && (place[2] == 'F' || place[2] == 'f')) memcpy(place + 1, "01", 2);
  size_t length = MHD_http_unescape(text);
  for (size_t index = 0; index < length; index++)
    if (text[index] == 0) text[index] = 1;
  return length;
}

// MHD_start_daemon is variadic, which Swift cannot call: these are the options that the sandbox sets.
static inline struct MHD_Daemon *dojot_mhd_start(
    unsigned int flags, int listening_socket, MHD_AccessHandlerCallback handler, void *context,
    MHD_RequestCompletedCallback completed, unsigned int threads, unsigned int connections,
    unsigned int timeout_seconds, size_t memory_per_connection) {
  return MHD_start_daemon(
      flags, 0, NULL, NULL, handler, context,
      MHD_OPTION_LISTEN_SOCKET, listening_socket,
      MHD_OPTION_NOTIFY_COMPLETED, completed, context,
      MHD_OPTION_UNESCAPE_CALLBACK, dojot_mhd_unescape, NULL,
      MHD_OPTION_THREAD_POOL_SIZE, threads,
      MHD_OPTION_CONNECTION_LIMIT, connections,
      MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_per_connection,
      MHD_OPTION_END);
}

// Variadic as well: what follows the connection depends on the kind of information.
static inline const struct sockaddr *dojot_mhd_client_address(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info ? info->client_addr : NULL;
}

// The connection's socket, which stays libmicrohttpd's to close.
static inline int dojot_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

// libmicrohttpd's enums are closed ones, whose values come to Swift without names.
static inline enum MHD_Result dojot_mhd_yes(void) { return MHD_YES; }
static inline enum MHD_Result dojot_mhd_no(void) { return MHD_NO; }
static inline enum MHD_ValueKind dojot_mhd_headers(void) { return MHD_HEADER_KIND; }
static inline enum MHD_ValueKind dojot_mhd_query(void) { return MHD_GET_ARGUMENT_KIND; }

static inline struct MHD_Response *dojot_mhd_response(const void *bytes, size_t count) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}
