#include "core/entry/entry.h"

static const char *const kind_names[ENTRY_KIND_COUNT] = { "act", "clock", "refusal", "org", "freeze" };

const char *entry_kind_name(EntryKind kind)
{
    return kind_names[kind];
}

Str entry_fault(Arena *arena, Str leaf, int64_t seq, int64_t *j, int64_t *last_at)
{
    Entry entry;
    Str again;
    Err why;
    if (entry_decode(arena, leaf, &entry, &why) != RC_OK || entry_encode(arena, &entry, &again, &why) != RC_OK)
        return arena_str(arena, str_c(why.text));
    int64_t before = *last_at;
    bool other = entry.seq != seq || (*j != 0 && entry.j != *j);
    *last_at = entry.recorded_at;
    *j = entry.j;
    if (!str_eq(leaf, again))
        return STR("the leaf is not in canonical form");
    if (other)
        return STR("the leaf names another place in the ledger");
    return entry.recorded_at <= before ? STR("recorded before the entry that precedes it") : STR_NONE;
}

Json entry_verdicts(Arena *arena, const Verdict *verdicts, size_t n)
{
    Json all = json_obj();
    for (int kind = VERDICT_COMPLIED; kind <= VERDICT_UNDECIDED; kind++) {
        Json list = json_arr();
        for (size_t i = 0; i < n; i++)
            if ((int)verdicts[i].kind == kind)
                json_push(arena, &list, json_str(verdicts[i].rule->id));
        if (list.n)
            json_add(arena, &all, str_c(verdict_names[kind]), list);
    }
    return all;
}

static void add_text(Arena *arena, Json *leaf, const char *key, Str text)
{
    if (text.n)
        json_add(arena, leaf, str_c(key), json_str(text));
}

Rc entry_encode(Arena *arena, const Entry *e, Str *ret_leaf, Err *err)
{
    Json at = json_arr();
    json_push(arena, &at, json_int(e->happened_at));
    json_push(arena, &at, json_int(e->recorded_at));
    json_push(arena, &at, json_int(e->eff_at));
    Json leaf = json_obj();
    add_text(arena, &leaf, "act", e->act);
    json_add(arena, &leaf, STR("actor"), json_int(e->actor));
    json_add(arena, &leaf, STR("at"), at);
    add_text(arena, &leaf, "base", e->base);
    json_add(arena, &leaf, STR("effects"), effects_to_json(arena, &e->effects));
    add_text(arena, &leaf, "form", e->form);
    json_add(arena, &leaf, STR("j"), json_int(e->j));
    add_text(arena, &leaf, "key", e->key);
    json_add(arena, &leaf, STR("kind"), json_c(kind_names[e->kind]));
    if (e->matter)
        json_add(arena, &leaf, STR("matter"), json_int(e->matter));
    json_add(arena, &leaf, STR("mode"), json_int(e->mode));
    add_text(arena, &leaf, "nonce", hex_to_arena(arena, e->nonce, ENTRY_NONCE));
    add_text(arena, &leaf, "pack", e->pack);
    add_text(arena, &leaf, "role", e->role);
    json_add(arena, &leaf, STR("seq"), json_int(e->seq));
    add_text(arena, &leaf, "stop", e->stop);
    json_add(arena, &leaf, STR("v"), json_int(1));
    if (e->version)
        json_add(arena, &leaf, STR("version"), json_int(e->version));
    if (e->verdicts.type == JSON_OBJ && e->verdicts.n)
        json_add(arena, &leaf, STR("verdicts"), e->verdicts);
    Str bytes = json_to_arena(arena, &leaf);
    if (bytes.n > ENTRY_LEAF_MAX)
        return err_set(err, RC_LIMIT, "the entry would be %zu bytes; the ledger takes %d. Put long texts into evidence",
                       bytes.n, ENTRY_LEAF_MAX);
    *ret_leaf = bytes;
    return RC_OK;
}

static bool decode_kind(Str name, EntryKind *ret)
{
    for (int k = 0; k < ENTRY_KIND_COUNT; k++) {
        if (str_eq_c(name, kind_names[k])) {
            *ret = (EntryKind)k;
            return true;
        }
    }
    return false;
}

Rc entry_decode(Arena *arena, Str leaf, Entry *ret, Err *err)
{
    Json json;
    TRY(json_parse(arena, leaf, &json, err));
    const Json *at = json_get(&json, STR("at"));
    int64_t mode = json_get_int(&json, STR("mode"), -1);
    Entry e = { .j = json_get_int(&json, STR("j"), -1),
                .seq = json_get_int(&json, STR("seq"), -1),
                .matter = json_get_int(&json, STR("matter"), 0),
                .version = json_get_int(&json, STR("version"), 0),
                .act = json_get_str(&json, STR("act")),
                .mode = (ActMode)mode,
                .actor = json_get_int(&json, STR("actor"), 0),
                .role = json_get_str(&json, STR("role")),
                .happened_at = json_as_int(json_at(at, 0), 0),
                .recorded_at = json_as_int(json_at(at, 1), 0),
                .eff_at = json_as_int(json_at(at, 2), 0),
                .pack = json_get_str(&json, STR("pack")),
                .base = json_get_str(&json, STR("base")),
                .key = json_get_str(&json, STR("key")),
                .form = json_get_str(&json, STR("form")),
                .stop = json_get_str(&json, STR("stop")) };
    const Json *verdicts = json_get(&json, STR("verdicts"));
    if (verdicts)
        e.verdicts = *verdicts;
    bool ok = json_get_int(&json, STR("v"), 0) == 1 && e.j >= 0 && e.seq >= 0 && mode >= ACT_DO && mode <= ACT_MIRROR &&
              at && at->n == 3 && hex_decode(json_get_str(&json, STR("nonce")), e.nonce, ENTRY_NONCE) &&
              decode_kind(json_get_str(&json, STR("kind")), &e.kind);
    if (!ok)
        return err_set(err, RC_CORRUPT, "not a ledger entry of format 1");
    TRY(effects_from_json(arena, json_get(&json, STR("effects")), &e.effects, err));
    *ret = e;
    return RC_OK;
}

Str entry_refusal_key(Arena *arena, const Entry *refusal)
{
    Buf key;
    buf_init(&key, 4096);
    buf_str(&key, refusal->stop);
    for (int kind = VERDICT_VIOLATED; kind <= VERDICT_UNDECIDED; kind++) {
        const Json *rules = json_get(&refusal->verdicts, str_c(verdict_names[kind]));
        for (size_t i = 0; rules && i < rules->n; i++) {
            buf_char(&key, ' ');
            buf_str(&key, json_as_str(json_at(rules, i)));
        }
    }
    Str text = buf_to_arena(&key, arena);
    buf_free(&key);
    return text;
}

static void put_sized(Buf *out, Str text)
{
    char size[4] = { (char)(text.n >> 24), (char)(text.n >> 16), (char)(text.n >> 8), (char)text.n };
    buf_bytes(out, size, sizeof size);
    buf_str(out, text);
}

void entry_commit(Arena *scratch, const Crypto *crypto, const uint8_t salt[ENTRY_SALT], int64_t matter, Str field,
                  Str value, uint8_t ret_digest[ENTRY_DIGEST])
{
    Buf message;
    buf_init(&message, value.n + 1024);
    buf_c(&message, "yifa/commit/v1");
    buf_char(&message, '\0');
    buf_bytes(&message, salt, ENTRY_SALT);
    put_sized(&message, arena_printf(scratch, "%lld", (long long)matter));
    put_sized(&message, field);
    buf_str(&message, value);
    crypto_sha256(crypto, buf_view(&message), ret_digest);
    crypto_wipe(message.p, message.n);
    buf_free(&message);
}
