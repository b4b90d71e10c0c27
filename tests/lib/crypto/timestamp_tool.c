/* Drives lib/crypto/timestamp.h from timestamp_test.py.
 * usage: timestamp_tool request HEX NONCE FILE | read HEX FILE | verify HEX FILE PEM */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lib/crypto/timestamp.h"

static Str slurp(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = arena_alloc(arena, TIMESTAMP_MAX + 1);
    size_t n = file ? fread(bytes, 1, TIMESTAMP_MAX + 1, file) : 0;
    if (file)
        fclose(file);
    return (Str){ bytes, n };
}

static Rc request(Arena *arena, const uint8_t digest[CRYPTO_DIGEST_SIZE], char **words, Err *err)
{
    Str der;
    TRY(timestamp_request(arena, digest, strtoull(words[0], NULL, 10), &der, err));
    FILE *file = fopen(words[1], "wb");
    if (!file || fwrite(der.p, 1, der.n, file) != der.n || fclose(file) != 0)
        return err_set(err, RC_IO, "cannot write");
    return RC_OK;
}

static Rc run(Arena *arena, const char *what, const uint8_t digest[CRYPTO_DIGEST_SIZE], char **words, int n, Err *err)
{
    Timestamp t;
    if (strcmp(what, "request") == 0 && n == 2)
        return request(arena, digest, words, err);
    if (strcmp(what, "verify") == 0 && n == 2)
        return timestamp_verify(slurp(arena, words[0]), digest, slurp(arena, words[1]), err);
    if (strcmp(what, "read") != 0 || n != 1)
        return err_set(err, RC_INVALID, "usage: see the source");
    TRY(timestamp_read(arena, slurp(arena, words[0]), digest, &t, err));
    printf("at %" PRId64 " serial %.*s policy %.*s nonce %" PRIu64 " token %zu\n", t.at_ms, STR_ARG(t.serial),
           STR_ARG(t.policy), t.nonce, t.token.n);
    return RC_OK;
}

int main(int argc, char **argv)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    Err err = { 0 };
    if (argc < 4 || !hex_decode(str_c(argv[2]), digest, sizeof digest))
        return 2;
    Arena *arena = arena_new(0);
    Rc rc = run(arena, argv[1], digest, argv + 3, argc - 3, &err);
    if (rc != RC_OK)
        fprintf(stderr, "%s\n", err.text);
    arena_free(arena);
    return rc == RC_OK ? 0 : 1;
}
