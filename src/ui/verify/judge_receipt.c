/* judge_receipt.c - one proof file: that an entry is in the ledger, and that the values shown with it are those that
 * the entry commits to.
 *
 * The file's extra data are {"leaf": the entry's exact bytes as a text, "open": [{"matter", "field", "salt",
 * "value"}]}. Nothing in it is believed: the leaf must hash into the tree, and each value with its salt into one of the
 * leaf's commitments. */
#include <stdio.h>

#include "base/date.h"
#include "ui/verify/judge.h"

typedef struct Shown {
    Str leaf;
    Entry entry;
    const Json *open; /* array or NULL */
} Shown;

static Rc read_shown(Session *s, Str extra, Shown *ret, Err *err)
{
    Json *all = ARENA_NEW(s->arena, Json);
    if (extra.n == 0)
        return err_set(err, RC_PARSE, "the proof file carries no entry (no line \"extra\")");
    TRY(json_parse(s->arena, extra, all, err));
    ret->leaf = json_get_str(all, STR("leaf"));
    ret->open = json_get(all, STR("open"));
    return entry_decode(s->arena, ret->leaf, &ret->entry, err);
}

static bool is_committed(Session *s, const Entry *entry, const Json *value)
{
    uint8_t salt[ENTRY_SALT];
    uint8_t digest[ENTRY_DIGEST];
    Str field = json_get_str(value, STR("field"));
    const Json *what = json_get(value, STR("value"));
    if (!what || !hex_decode(json_get_str(value, STR("salt")), salt, sizeof salt))
        return false;
    entry_commit(s->scratch, s->crypto, salt, json_get_int(value, STR("matter"), 0), field,
                 json_to_arena(s->scratch, what), digest);
    Str hex = hex_to_arena(s->scratch, digest, sizeof digest);
    for (size_t i = 0; i < entry->effects.n; i++) {
        const Effect *e = &entry->effects.items[i];
        if (e->kind == EFFECT_COMMIT && str_eq(e->name, field) && str_eq(e->text, hex))
            return true;
    }
    return false;
}

static Rc check_values(Session *s, const Shown *shown, Err *err)
{
    for (size_t i = 0; shown->open && i < shown->open->n; i++) {
        const Json *value = json_at(shown->open, i);
        if (!is_committed(s, &shown->entry, value))
            return err_set(err, RC_DENIED, "the value shown for \"%.*s\" is not the one that the entry commits to",
                           STR_ARG(json_get_str(value, STR("field"))));
    }
    return RC_OK;
}

static void print_good(const Session *s, const Receipt *receipt, const Shown *shown, const Checkpoint *at)
{
    Arena *arena = s->arena;
    const Entry *e = &shown->entry;
    printf(_(s, N_("Ledger       %.*s\n")), STR_ARG(at->origin));
    printf(_(s, N_("Entry        %llu of %llu: %s, act %.*s, matter %lld\n")), (unsigned long long)receipt->index,
           (unsigned long long)at->size, entry_kind_name(e->kind), STR_ARG(e->act), (long long)e->matter);
    printf(_(s, N_("Recorded     %.*s\n")), STR_ARG(instant_print(arena, e->recorded_at, 0)));
    for (size_t i = 0; shown->open && i < shown->open->n; i++) {
        const Json *value = json_at(shown->open, i);
        Str text = json_to_arena(arena, json_get(value, STR("value")));
        printf(_(s, N_("Value        %.*s = %.*s, as the entry commits to it\n")),
               STR_ARG(json_get_str(value, STR("field"))), STR_ARG(text));
    }
    printf("%s\n", _(s, N_("RESULT       the entry is in the ledger as it stands here")));
}

static Rc judge(Session *s, Receipt *receipt, Shown *shown, Checkpoint *at, Err *err)
{
    AuditTrust trust = session_trust(s);
    TRY(audit_receipt(s->arena, s->h, receipt, shown->leaf, &trust, at, err));
    if (shown->entry.seq != (int64_t)receipt->index)
        return err_set(err, RC_DENIED, "the entry names another place in the ledger");
    return check_values(s, shown, err);
}

int judge_receipt(Session *s, Err *err)
{
    Receipt receipt;
    Shown shown = { 0 };
    Checkpoint at;
    Str bytes;
    if (source_read(s->arena, s->net, s->r.receipt, RECEIPT_MAX, &bytes, err) != RC_OK ||
        receipt_read(s->arena, bytes, &receipt, err) != RC_OK || read_shown(s, receipt.extra, &shown, err) != RC_OK)
        return EXIT_UNKNOWN;
    Rc rc = judge(s, &receipt, &shown, &at, err);
    if (rc != RC_OK && rc != RC_DENIED)
        return EXIT_UNKNOWN;
    if (s->r.json)
        printf("{\"ok\":%s}\n", rc == RC_OK ? "true" : "false");
    else if (rc == RC_OK)
        print_good(s, &receipt, &shown, &at);
    else
        printf(_(s, N_("! %s\nRESULT       this proof must not be relied on\n")), err->text);
    return rc == RC_OK ? EXIT_GOOD : EXIT_FOUND;
}
