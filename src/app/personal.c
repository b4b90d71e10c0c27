#include "app/personal.h"

#include <stdio.h>
#include <string.h>

#include "app/app_internal.h"
#include "core/law/mask.h"

static const char SQL_SEALED[] =
    "SELECT p.seq, p.subject, p.ct FROM matter_entry me JOIN personal p ON p.j = me.j AND p.seq = me.seq "
    "WHERE me.j = ?1 AND me.matter = ?2 AND me.void_seq IS NULL ORDER BY me.version, p.subject";
static const char SQL_KEY[] = "SELECT wrapped FROM subject_key WHERE j = ?1 AND subject = ?2";

typedef struct Opening {
    const App *app;
    Db *db;
    Db *keys;
    const Matter *matter;
    Arena *arena;
    PersonalItem *items;
    size_t n;
    size_t cap;
    int64_t *erased;
    size_t n_erased;
    size_t cap_erased;
} Opening;

/* ---- opening ---- */

static Rc read_key(const Opening *o, int64_t subject, uint8_t ret_key[CRYPTO_KEY_SIZE], bool *ret_found, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(o->app->j), DBI(subject) };
    bool more = false;
    TRY(db_query(o->keys, SQL_KEY, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    *ret_found = more && db_str(rows, 0).n == CRYPTO_KEY_SIZE;
    if (*ret_found)
        memcpy(ret_key, db_str(rows, 0).p, CRYPTO_KEY_SIZE);
    return RC_OK;
}

static void add_item(Opening *o, PersonalItem item)
{
    for (size_t i = 0; i < o->n; i++) {
        if (o->items[i].subject != item.subject || o->items[i].field != item.field)
            continue;
        o->items[i] = item;
        return;
    }
    *ARENA_PUSH(o->arena, o->items, o->n, o->cap) = item;
}

static void add_erased(Opening *o, int64_t subject)
{
    for (size_t i = 0; i < o->n_erased; i++)
        if (o->erased[i] == subject)
            return;
    *ARENA_PUSH(o->arena, o->erased, o->n_erased, o->cap_erased) = subject;
}

/* The row is {field: [salt, value]}, bound to its place in the ledger. */
static Rc open_row(Opening *o, int64_t seq, int64_t subject, Str sealed, Err *err)
{
    uint8_t key[CRYPTO_KEY_SIZE];
    bool found = false;
    Json all;
    TRY(read_key(o, subject, key, &found, err));
    if (!found) {
        add_erased(o, subject);
        return RC_OK;
    }
    if (sealed.n < CRYPTO_SEAL_OVERHEAD)
        return err_set(err, RC_CORRUPT, "the sealed values of entry %lld are cut short", (long long)seq);
    Str bound = arena_printf(o->arena, "%lld/%lld/%lld", (long long)o->app->j, (long long)seq, (long long)subject);
    uint8_t *plain = arena_alloc(o->arena, sealed.n);
    Rc rc = crypto_open(o->app->crypto, key, bound, sealed, plain, err);
    crypto_wipe(key, sizeof key);
    if (rc != RC_OK)
        return rc;
    TRY(json_parse(o->arena, (Str){ (const char *)plain, sealed.n - CRYPTO_SEAL_OVERHEAD }, &all, err));
    for (size_t i = 0; i < all.n; i++) {
        const JsonMember *m = &all.as.members[i];
        const LawField *field = law_field(o->matter->procedure, m->key);
        const Json *value = json_at(&m->value, 1);
        if (field && value)
            add_item(o, (PersonalItem){ .subject = subject, .field = field, .value = *value, .seq = seq });
    }
    return RC_OK;
}

static Rc open_all(Opening *o, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    DbValue params[] = { DBI(o->app->j), DBI(o->matter->id) };
    bool more = false;
    TRY(db_query(o->db, SQL_SEALED, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        TRY(open_row(o, db_int(rows, 0), db_int(rows, 1), db_str(rows, 2), err));
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}

Rc personal_read(const App *app, Db *db, const Matter *matter, Arena *arena, PersonalRecord *ret, Err *err)
{
    CLEANUP(db_closep) Db *keys = NULL;
    Opening o = { .app = app, .db = db, .matter = matter, .arena = arena };
    Str url = arena_printf(arena, "sqlite:%.*s/keys.db", STR_ARG(app->data));
    TRY(db_open(url, &(DbOptions){ .read_only = true }, &keys, err));
    o.keys = keys;
    TRY(open_all(&o, err));
    *ret = (PersonalRecord){ .items = o.items, .n = o.n, .erased = o.erased, .n_erased = o.n_erased };
    return RC_OK;
}

bool personal_is_erased(const PersonalRecord *record, int64_t subject)
{
    for (size_t i = 0; i < record->n_erased; i++)
        if (record->erased[i] == subject)
            return true;
    return false;
}

/* ---- masks ---- */

/* What a value is shows in its form and, for names and addresses, in its field's id; long texts are narratives, of
 * which nothing is shown but how they begin. */
Str personal_mask(Arena *arena, const LawField *field, Str value)
{
    LawMask kind;
    if (!law_mask_guess(value, &kind))
        kind = str_find(field->id, STR("address")) != SIZE_MAX ? LAW_MASK_ADDRESS
               : str_ends(field->id, STR("name"))              ? LAW_MASK_NAME
                                                               : LAW_MASK_PLATE;
    return law_mask(arena, kind, value);
}

Str personal_text(Arena *arena, const Json *value)
{
    return value->type == JSON_STR ? json_as_str(value) : json_to_arena(arena, value);
}

/* ---- looking ---- */

Rc app_reveal(App *app, int64_t matter, int64_t subject, Str purpose, int64_t actor, Err *err)
{
    char act[96];
    Effects none = { 0 };
    int n = snprintf(act, sizeof act, "reveal/%lld/%lld/%.*s", (long long)matter, (long long)subject,
                     STR_ARG(str_head(purpose, 24)));
    return app_put(app, &none, (Str){ act, (size_t)n }, actor, NULL, err);
}
