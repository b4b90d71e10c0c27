#include <argon2.h>
#include <stdio.h>
#include <string.h>

#include "lib/crypto/crypto.h"

enum {
    HASH_SIZE = 32,
    TEXT_MAX = 160, /* of the text form: 5 parameters, 22 digits of salt, 43 of hash */
    LANES = 1,      /* a server has other log-ins to use its cores for */
    MEMORY_KIB_MIN = 8,
    MEMORY_KIB_MAX = 1 << 20,
    PASSES_MAX = 64
};

const PasswordCost password_cost_default = { .memory_kib = 19 * 1024, .passes = 2 };

static bool cost_is_valid(const PasswordCost *cost)
{
    return cost->memory_kib >= MEMORY_KIB_MIN && cost->memory_kib <= MEMORY_KIB_MAX && cost->passes >= 1 &&
           cost->passes <= PASSES_MAX;
}

static Rc check_password(Str password, Err *err)
{
    if (password.n > CRYPTO_PASSWORD_MAX)
        return err_set(err, RC_LIMIT, "the password is longer than %d bytes", CRYPTO_PASSWORD_MAX);
    return RC_OK;
}

Rc password_hash(Arena *arena, Str password, const uint8_t salt[static CRYPTO_SALT_SIZE], const PasswordCost *cost,
                 Str *ret_text, Err *err)
{
    TRY(check_password(password, err));
    if (!cost_is_valid(cost))
        return err_set(err, RC_INVALID, "password cost of %u KiB and %u passes is out of bounds", cost->memory_kib,
                       cost->passes);
    char text[TEXT_MAX];
    int rc = argon2id_hash_encoded(cost->passes, cost->memory_kib, LANES, password.n ? password.p : "", password.n,
                                   salt, CRYPTO_SALT_SIZE, HASH_SIZE, text, sizeof text);
    if (rc != ARGON2_OK)
        return err_set(err, rc == ARGON2_MEMORY_ALLOCATION_ERROR ? RC_NOMEM : RC_INVALID, "argon2: %s",
                       argon2_error_message(rc));
    *ret_text = arena_str(arena, str_c(text));
    return RC_OK;
}

/* The costs are read before the library obeys them: stored text that was tampered with must not take all memory. */
static bool read_cost(const char *text, PasswordCost *ret)
{
    unsigned memory_kib;
    unsigned passes;
    unsigned lanes;
    int end = 0;
    int fields = sscanf(text, "$argon2id$v=19$m=%9u,t=%9u,p=%9u$%n", &memory_kib, &passes, &lanes, &end);
    if (fields != 3 || end == 0 || lanes != LANES)
        return false;
    *ret = (PasswordCost){ .memory_kib = memory_kib, .passes = passes };
    return cost_is_valid(ret);
}

static bool copy_text(Str text, char out[static TEXT_MAX])
{
    if (text.n == 0 || text.n >= TEXT_MAX)
        return false;
    memcpy(out, text.p, text.n);
    out[text.n] = '\0';
    return true;
}

Rc password_key(Str password, const uint8_t salt[static CRYPTO_SALT_SIZE], const PasswordCost *cost,
                uint8_t ret_key[static CRYPTO_KEY_SIZE], Err *err)
{
    TRY(check_password(password, err));
    if (!cost_is_valid(cost))
        return err_set(err, RC_INVALID, "password cost of %u KiB and %u passes is out of bounds", cost->memory_kib,
                       cost->passes);
    int rc = argon2id_hash_raw(cost->passes, cost->memory_kib, LANES, password.n ? password.p : "", password.n, salt,
                               CRYPTO_SALT_SIZE, ret_key, CRYPTO_KEY_SIZE);
    if (rc == ARGON2_OK)
        return RC_OK;
    return err_set(err, rc == ARGON2_MEMORY_ALLOCATION_ERROR ? RC_NOMEM : RC_INVALID, "argon2: %s",
                   argon2_error_message(rc));
}

Rc password_verify(Str text, Str password, Err *err)
{
    char stored[TEXT_MAX];
    PasswordCost cost;
    TRY(check_password(password, err));
    if (!copy_text(text, stored) || !read_cost(stored, &cost))
        return err_set(err, RC_CORRUPT, "the stored password is not an argon2id text of acceptable cost");
    int rc = argon2id_verify(stored, password.n ? password.p : "", password.n);
    if (rc == ARGON2_OK)
        return RC_OK;
    if (rc == ARGON2_VERIFY_MISMATCH)
        return err_set(err, RC_DENIED, "the password does not match");
    return err_set(err, rc == ARGON2_MEMORY_ALLOCATION_ERROR ? RC_NOMEM : RC_CORRUPT, "argon2: %s",
                   argon2_error_message(rc));
}

bool password_is_cheaper(Str text, const PasswordCost *cost)
{
    char stored[TEXT_MAX];
    PasswordCost had;
    if (!copy_text(text, stored) || !read_cost(stored, &had))
        return true;
    return had.memory_kib < cost->memory_kib || had.passes < cost->passes;
}
