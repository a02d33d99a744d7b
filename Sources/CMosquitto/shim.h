#pragma once
#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/signalfd.h>

// What Swift cannot import: macros of OpenSSL, and the errno that libmosquitto leaves behind.

/// One mosquitto_loop_read; *drained says whether it stopped because there was nothing left to read.
static inline int dojot_loop_read(struct mosquitto *mosq, int *drained) {
    errno = 0;
    int rc = mosquitto_loop_read(mosq, 1);
    *drained = rc != MOSQ_ERR_SUCCESS || errno == EAGAIN || errno == EWOULDBLOCK;
    return rc;
}

static inline long dojot_ssl_ctx_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long dojot_ssl_ctx_set_max_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}
static inline long dojot_ssl_ctx_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline void dojot_ssl_ctx_set_app_data(SSL_CTX *context, void *data) { SSL_CTX_set_app_data(context, data); }
static inline void *dojot_ssl_ctx_get_app_data(const SSL_CTX *context) { return SSL_CTX_get_app_data(context); }
static inline long dojot_ssl_set_server_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline int dojot_general_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *dojot_general_name_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}
static inline int dojot_general_name_type(const GENERAL_NAME *name) { return name->type; }
static inline const ASN1_STRING *dojot_general_name_text(const GENERAL_NAME *name) { return name->d.ia5; }
static inline void dojot_ssl_ctx_set_read_ahead(SSL_CTX *context, int isOn) {
    SSL_CTX_set_read_ahead(context, isOn);
}
static inline int dojot_x509_name_print(BIO *output, const X509_NAME *name) {
    return X509_NAME_print_ex(output, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
}
static inline STACK_OF(SSL_CIPHER) *dojot_supported_ciphers(SSL *ssl) { return SSL_get1_supported_ciphers(ssl); }
static inline void dojot_ciphers_free(STACK_OF(SSL_CIPHER) *ciphers) { sk_SSL_CIPHER_free(ciphers); }
static inline int dojot_cipher_count(const STACK_OF(SSL_CIPHER) *ciphers) { return sk_SSL_CIPHER_num(ciphers); }
static inline const SSL_CIPHER *dojot_cipher_at(const STACK_OF(SSL_CIPHER) *ciphers, int index) {
    return sk_SSL_CIPHER_value(ciphers, index);
}
static inline int dojot_error_reason(unsigned long error) { return ERR_GET_REASON(error); }
static inline int dojot_x509_count(const STACK_OF(X509) *stack) { return sk_X509_num(stack); }
static inline X509 *dojot_x509_at(const STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
static inline int dojot_x509_name_count(const STACK_OF(X509_NAME) *stack) { return sk_X509_NAME_num(stack); }
static inline X509_NAME *dojot_x509_name_at(const STACK_OF(X509_NAME) *stack, int index) {
    return sk_X509_NAME_value(stack, index);
}
