/* What a pure decision cannot know: ids from the ledger's position, gapless numbers, random codes, salts and seals. */
#include <string.h>

#include "app/perform_internal.h"

enum { SUBJECTS_MAX = 32, PUBLIC_CODE = 10 };

typedef struct Wishing {
    Performing *p;
    Entry *entry;
    const ActRequest *req;
    const Decision *decision;
    int64_t next_id; /* ids are seq * 256 + n; n = 0 is the matter */
    MatterParty subjects[SUBJECTS_MAX];
    size_t n_subjects;
    uint8_t (*salts)[ENTRY_SALT]; /* per personal value */
} Wishing;

/* Twenty-nine letters and digits that are hard to mistake for one another, 48 bits in ten of them. */
static Str public_code(Performing *p)
{
    static const char letters[] = "23456789ABCDEFGHJKMNPQRTUVWXY";
    uint8_t random[PUBLIC_CODE];
    os_entropy_fill(&p->app->entropy, random, sizeof random);
    char *code = arena_alloc(p->arena, PUBLIC_CODE);
    for (int i = 0; i < PUBLIC_CODE; i++)
        code[i] = letters[random[i] % (sizeof letters - 1)];
    return (Str){ code, PUBLIC_CODE };
}

/* "{year}" and "{n}" in a number's text. */
static Str fill_number(Arena *arena, Str text, int64_t year, int64_t n)
{
    Buf out;
    buf_init(&out, 512);
    for (size_t i = 0; i < text.n;) {
        Str rest = str_slice(text, i, text.n);
        if (str_starts(rest, STR("{year}"))) {
            buf_i64(&out, year);
            i += 6;
        } else if (str_starts(rest, STR("{n}"))) {
            buf_i64(&out, n);
            i += 3;
        } else {
            buf_char(&out, text.p[i++]);
        }
    }
    Str filled = buf_to_arena(&out, arena);
    buf_free(&out);
    return filled;
}

static int64_t subject_of(const Wishing *w, Str role)
{
    for (size_t i = 0; i < w->n_subjects; i++)
        if (str_eq(w->subjects[i].role, role))
            return w->subjects[i].subject;
    return w->p->matter ? matter_subject(w->p->matter, role) : 0;
}

static Rc wish_number(Wishing *w, Effect *e, Err *err)
{
    TRY(work_series_next(w->p->work, e->name, e->a, &e->b, err));
    e->text = fill_number(w->p->arena, e->text, e->a, e->b);
    return RC_OK;
}

static Rc wish_document(Wishing *w, Effect *e, Err *err)
{
    Str series = json_get_str(&e->value, STR("series"));
    if (!series.n)
        return RC_OK;
    int64_t year = json_get_int(&e->value, STR("year"), 0);
    int64_t n = 0;
    TRY(work_series_next(w->p->work, series, year, &n, err));
    /* Two documents of one series in one act take two numbers. */
    for (size_t i = 0; &w->entry->effects.items[i] != e; i++) {
        const Effect *before = &w->entry->effects.items[i];
        if (before->kind == EFFECT_DOCUMENT && str_eq(json_get_str(&before->value, STR("series")), series))
            n++;
    }
    json_set(w->p->arena, &e->value, STR("n"), json_int(n));
    e->text = fill_number(w->p->arena, e->text, year, n);
    return RC_OK;
}

static Rc wish_party(Wishing *w, Effect *e, Err *err)
{
    if (w->n_subjects == SUBJECTS_MAX)
        return err_set(err, RC_LIMIT, "an act can bring in at most %d persons", SUBJECTS_MAX);
    if (!e->a)
        e->a = w->entry->seq * 256 + w->next_id++;
    w->subjects[w->n_subjects++] = (MatterParty){ e->name, e->a };
    return RC_OK;
}

static void wish_commit(Wishing *w, Effect *e)
{
    for (size_t i = 0; i < w->decision->n_personal; i++) {
        const PersonalValue *v = &w->decision->personal[i];
        if (!str_eq(v->field->id, e->name))
            continue;
        uint8_t digest[ENTRY_DIGEST];
        os_entropy_fill(&w->p->app->entropy, w->salts[i], ENTRY_SALT);
        entry_commit(w->p->arena, w->p->app->crypto, w->salts[i], w->entry->matter, v->field->id,
                     json_to_arena(w->p->arena, &v->value), digest);
        e->text = hex_to_arena(w->p->arena, digest, sizeof digest);
    }
}

static Rc fill_effect(Wishing *w, Effect *e, Err *err)
{
    switch (e->kind) {
    case EFFECT_OPEN:
        if (w->decision->procedure->public_code)
            e->text = public_code(w->p);
        return RC_OK;
    case EFFECT_NUMBER: return wish_number(w, e, err);
    case EFFECT_DOCUMENT: return wish_document(w, e, err);
    case EFFECT_PARTY: return wish_party(w, e, err);
    case EFFECT_COMMIT: wish_commit(w, e); return RC_OK;
    default: return RC_OK;
    }
}

/* Blind indexes of persons who were not known by that value before. */
static void add_blinds(Wishing *w)
{
    for (size_t i = 0; i < w->decision->n_personal; i++) {
        const PersonalValue *v = &w->decision->personal[i];
        Str kind = v->field->identifies;
        Str value = json_as_str(&v->value);
        bool known = false;
        for (size_t k = 0; k < w->p->n_known; k++)
            known = known || str_eq(w->p->known[k].role, v->role);
        if (!kind.n || !value.n || known)
            continue;
        uint8_t blind[CRYPTO_DIGEST_SIZE];
        keys_blind(w->p->app->keys, kind, value, blind);
        effects_add(w->p->arena, &w->entry->effects,
                    (Effect){ .kind = EFFECT_BLIND,
                              .name = kind,
                              .text = hex_to_arena(w->p->arena, blind, sizeof blind),
                              .a = subject_of(w, v->role) });
    }
}

/* One sealed row per subject: {field: [salt, value]}. Bound to its place, so that rows cannot be exchanged. */
static Rc seal_subject(Wishing *w, int64_t subject, Err *err)
{
    Arena *arena = w->p->arena;
    Json all = json_obj();
    for (size_t i = 0; i < w->decision->n_personal; i++) {
        const PersonalValue *v = &w->decision->personal[i];
        if (subject_of(w, v->role) != subject)
            continue;
        Json pair = json_arr();
        json_push(arena, &pair, json_str(hex_to_arena(arena, w->salts[i], ENTRY_SALT)));
        json_push(arena, &pair, v->value);
        json_add(arena, &all, v->field->id, pair);
    }
    uint8_t key[CRYPTO_KEY_SIZE];
    uint8_t nonce[CRYPTO_NONCE_SIZE];
    TRY(keys_subject(w->p->app->keys, subject, subject / 256 == w->entry->seq, key, err));
    os_entropy_fill(&w->p->app->entropy, nonce, sizeof nonce);
    Str plain = json_to_arena(arena, &all);
    Str bound =
        arena_printf(arena, "%lld/%lld/%lld", (long long)w->p->app->j, (long long)w->entry->seq, (long long)subject);
    uint8_t *out = arena_alloc(arena, plain.n + CRYPTO_SEAL_OVERHEAD);
    Rc rc = crypto_seal(w->p->app->crypto, key, nonce, bound, plain, out, err);
    crypto_wipe(key, sizeof key);
    if (rc == RC_OK)
        work_personal(w->p->work, w->entry->seq, subject, (Str){ (const char *)out, plain.n + CRYPTO_SEAL_OVERHEAD });
    return rc;
}

static Rc seal_all(Wishing *w, Err *err)
{
    int64_t done[SUBJECTS_MAX];
    size_t n_done = 0;
    for (size_t i = 0; i < w->decision->n_personal && n_done < SUBJECTS_MAX; i++) {
        int64_t subject = subject_of(w, w->decision->personal[i].role);
        bool seen = false;
        for (size_t k = 0; k < n_done; k++)
            seen = seen || done[k] == subject;
        if (seen)
            continue;
        done[n_done++] = subject;
        TRY(seal_subject(w, subject, err));
    }
    return RC_OK;
}

static void add_origin(Wishing *w)
{
    const Performing *p = w->p;
    const LawFindings *findings = p->pack->findings;
    if (p->new_alias)
        effects_add(p->arena, &w->entry->effects,
                    (Effect){ .kind = EFFECT_ALIAS, .name = w->req->system, .text = w->req->number });
    if (!p->source)
        return;
    if (p->link.n)
        effects_add(p->arena, &w->entry->effects, (Effect){ .kind = EFFECT_LINK, .name = p->link, .a = p->source });
    bool opens = w->decision->act->kind == LAW_ACT_OPEN;
    if (opens && findings && str_eq(findings->procedure->id, w->decision->procedure->id))
        effects_add(p->arena, &w->entry->effects,
                    (Effect){ .kind = EFFECT_FINDING,
                              .name = json_get_str(&w->req->form, STR("rule")),
                              .a = p->source,
                              .b = p->source_seq });
}

Rc perform_wishes(Performing *p, const ActRequest *req, const Decision *d, Entry *entry, Err *err)
{
    Wishing w = { .p = p, .entry = entry, .req = req, .decision = d, .next_id = 1 };
    entry->seq = work_next_seq(p->work);
    w.salts = arena_array(p->arena, d->n_personal, ENTRY_SALT);
    for (size_t i = 0; i < entry->effects.n; i++)
        TRY(fill_effect(&w, &entry->effects.items[i], err));
    add_origin(&w);
    add_blinds(&w);
    return seal_all(&w, err);
}
