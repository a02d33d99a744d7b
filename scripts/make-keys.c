// What making keys costs alone: COUNT RSA-2048 keys on CORES cores, a process each, and nothing else. scripts/bench measures
// `fleet provision` against it.
//
//   clang -O2 scripts/make-keys.c -o make-keys -lcrypto && ./make-keys COUNT CORES

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    int count = atoi(argv[1]), cores = atoi(argv[2]);
    for (int core = 0; core < cores; core++) {
        if (fork() != 0) continue;
        for (int made = core; made < count; made += cores) {
            EVP_PKEY *key = EVP_RSA_gen(2048);
            if (key == NULL) _exit(1);
            EVP_PKEY_free(key);
        }
        _exit(0);
    }
    int status, failed = 0;
    while (wait(&status) > 0) failed |= status != 0;
    return failed;
}
