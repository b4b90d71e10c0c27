/* signer_backup.c - all signing keys as one sealed text, and back.
 *
 * The text is JSON: {"yifa_keys": 1, "salt": hex, "sealed": hex}. The sealing key is Argon2id over passphrase and salt;
 * what is sealed is a list of [id, type, name, secret in hex, created_at, retired_at or null]. */
#include <string.h>

#include "app/signer_internal.h"
#include "lib/fmt/json.h"

static Json row_of(Arena *arena, const LiveKey *live)
{
    const SignerKey *k = &live->key;
    Json row = json_arr();
    json_push(arena, &row, json_int(k->id));
    json_push(arena, &row, json_int(k->verifier.type));
    json_push(arena, &row, json_str(k->verifier.name));
    json_push(arena, &row, json_str(hex_to_arena(arena, live->secret, sizeof live->secret)));
    json_push(arena, &row, json_int(k->created_at));
    json_push(arena, &row, k->retired ? json_int(k->retired_at) : json_null());
    return row;
}

/* An arena for secrets: its memory is given back with the call. */
Rc signer_backup(Signer *signer, const Crypto *crypto, Str passphrase, Arena *arena, Str *ret_text, Err *err)
{
    CLEANUP(arena_freep) Arena *secret = arena_new(0);
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    uint8_t salt[CRYPTO_SALT_SIZE];
    uint8_t nonce[CRYPTO_NONCE_SIZE];
    uint8_t key[CRYPTO_KEY_SIZE];
    Json rows = json_arr();
    TRY(signer_read_keys(signer, secret, &live, err));
    for (size_t i = 0; i < live->n; i++)
        json_push(secret, &rows, row_of(secret, &live->keys[i]));
    Str plain = json_to_arena(secret, &rows);
    os_entropy_fill(&signer->entropy, salt, sizeof salt);
    os_entropy_fill(&signer->entropy, nonce, sizeof nonce);
    TRY(password_key(passphrase, salt, &password_cost_default, key, err));
    uint8_t *sealed = arena_alloc(arena, plain.n + CRYPTO_SEAL_OVERHEAD);
    Rc rc = crypto_seal(crypto, key, nonce, STR("yifa_keys"), plain, sealed, err);
    crypto_wipe(key, sizeof key);
    if (rc != RC_OK)
        return rc;
    Json all = json_obj();
    json_add(arena, &all, STR("yifa_keys"), json_int(1));
    json_add(arena, &all, STR("salt"), json_str(hex_to_arena(arena, salt, sizeof salt)));
    json_add(arena, &all, STR("sealed"), json_str(hex_to_arena(arena, sealed, plain.n + CRYPTO_SEAL_OVERHEAD)));
    *ret_text = json_to_arena(arena, &all);
    return RC_OK;
}

static Rc open_sealed(const Crypto *crypto, Str passphrase, Str text, Arena *secret, Json *ret_rows, Err *err)
{
    Json all;
    uint8_t salt[CRYPTO_SALT_SIZE];
    uint8_t key[CRYPTO_KEY_SIZE];
    TRY(json_parse(secret, text, &all, err));
    Str sealed = hex_from(secret, json_get_str(&all, STR("sealed")));
    if (json_get_int(&all, STR("yifa_keys"), 0) != 1 || sealed.n < CRYPTO_SEAL_OVERHEAD ||
        !hex_decode(json_get_str(&all, STR("salt")), salt, sizeof salt))
        return err_set(err, RC_PARSE, "this is no backup of signing keys");
    TRY(password_key(passphrase, salt, &password_cost_default, key, err));
    uint8_t *plain = arena_alloc(secret, sealed.n);
    Rc rc = crypto_open(crypto, key, STR("yifa_keys"), sealed, plain, NULL);
    crypto_wipe(key, sizeof key);
    if (rc != RC_OK)
        return err_set(err, RC_DENIED, "the backup does not open: another passphrase, or it was changed");
    return json_parse(secret, (Str){ (const char *)plain, sealed.n - CRYPTO_SEAL_OVERHEAD }, ret_rows, err);
}

static Rc restore_key(Signer *signer, const Json *row, Err *err)
{
    LiveKey live = { .key = { .id = json_as_int(json_at(row, 0), 0),
                              .created_at = json_as_int(json_at(row, 4), 0),
                              .retired = json_as_int(json_at(row, 5), -1) >= 0,
                              .retired_at = json_as_int(json_at(row, 5), 0) } };
    if (!hex_decode(json_as_str(json_at(row, 3)), live.secret, sizeof live.secret))
        return err_set(err, RC_CORRUPT, "a key in the backup is damaged");
    Rc rc =
        signer_make_live(signer, &live, (NoteType)json_as_int(json_at(row, 1), 0), json_as_str(json_at(row, 2)), err);
    if (rc == RC_OK)
        rc = signer_write_key(signer, &live, err);
    crypto_wipe(live.secret, sizeof live.secret);
    return rc;
}

Rc signer_restore(Signer *signer, const Crypto *crypto, Str passphrase, Str text, Err *err)
{
    CLEANUP(arena_freep) Arena *secret = arena_new(0);
    CLEANUP(signer_wipe) LiveKeys *live = NULL;
    Json rows;
    TRY(signer_read_keys(signer, secret, &live, err));
    if (live->n)
        return err_set(err, RC_CONFLICT, "there are signing keys here already");
    TRY(open_sealed(crypto, passphrase, text, secret, &rows, err));
    TRY(db_begin(signer->db, err));
    for (size_t i = 0; i < rows.n; i++) {
        Rc rc = restore_key(signer, json_at(&rows, i), err);
        if (rc != RC_OK) {
            db_rollback(signer->db);
            return rc;
        }
    }
    return db_commit(signer->db, err);
}
