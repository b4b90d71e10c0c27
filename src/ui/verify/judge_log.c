/* judge_log.c - a published ledger, from its first entry to its last, on one page. */
#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "ui/verify/judge.h"

/* What the entries themselves show as they go by. */
typedef struct Reading {
    Session *s;
    int64_t j;
    int64_t first_at;
    int64_t last_at;
    uint64_t bad;
    Str first_bad;
} Reading;

static void check_entry(void *ctx, uint64_t index, Str leaf)
{
    Reading *r = ctx;
    Str what = entry_fault(r->s->scratch, leaf, (int64_t)index, &r->j, &r->last_at);
    if (index == 0)
        r->first_at = r->last_at;
    if (what.n && r->bad++ == 0)
        r->first_bad = arena_printf(r->s->arena, "entry %" PRIu64 ": %.*s", index, STR_ARG(what));
    arena_reset(r->s->scratch);
}

static void show_progress(void *ctx, uint64_t done, uint64_t size)
{
    (void)ctx;
    if (done % (LEDGER_TILE_WIDTH * 64) == 0 || done == size)
        fprintf(stderr, "\r%" PRIu64 " / %" PRIu64 "%s", done, size, done == size ? "\n" : "");
}

static Str base64_of(Arena *arena, const LedgerHash *hash)
{
    CLEANUP(buf_free) Buf out;
    buf_init(&out, 64);
    buf_base64(&out, hash->b, sizeof hash->b);
    return buf_to_arena(&out, arena);
}

static void print_page(const Reading *e, const AuditReport *r)
{
    const Session *s = e->s;
    Arena *arena = s->arena;
    Str root = base64_of(arena, &r->checkpoint.root);
    printf(_(s, N_("Ledger       %.*s\n")), STR_ARG(r->checkpoint.origin));
    printf(_(s, N_("Size         %llu entries, root %.*s\n")), (unsigned long long)r->checkpoint.size, STR_ARG(root));
    printf(_(s, N_("Signatures   %zu by the office, %zu by witnesses\n")), r->signatures, r->cosignatures);
    if (r->cosignatures)
        printf(_(s, N_("Witnessed    last at %.*s\n")), STR_ARG(instant_print(arena, r->last_cosigned_s * 1000, 0)));
    printf(_(s, N_("Read         %llu tiles, %llu entries, %llu bytes\n")), (unsigned long long)r->tiles,
           (unsigned long long)r->entries, (unsigned long long)r->bytes);
    if (r->entries > 0 && e->first_at)
        printf(_(s, N_("Recorded     %.*s to %.*s\n")), STR_ARG(instant_print(arena, e->first_at, 0)),
               STR_ARG(instant_print(arena, e->last_at, 0)));
    printf(_(s, N_("Checked      signatures; every tile against those below it; the root%s\n")),
           r->entries ? _(s, N_("; every entry: bytes, form, place, order of time")) : "");
    if (r->without_entries || s->r.hashes_only)
        printf("%s\n", _(s, N_("Not checked  what the entries say: they were not read")));
    if (s->r.stamped_at)
        printf(_(s, N_("Time stamp   %.*s: what stood there then, an authority has seen\n")),
               STR_ARG(instant_print(arena, s->r.stamped_at, 0)));
    if (s->r.n_older)
        printf(_(s, N_("Extends      %zu of %zu older checkpoints\n")), r->older, s->r.n_older);
    for (size_t i = 0; i < r->n_faults && i < AUDIT_FAULTS_MAX; i++)
        printf("! %.*s: %.*s\n", STR_ARG(r->faults[i].where), STR_ARG(r->faults[i].what));
    if (e->bad)
        printf(_(s, N_("! %llu entries are not as they should be; the first: %.*s\n")), (unsigned long long)e->bad,
               STR_ARG(e->first_bad));
    size_t found = r->n_faults + (size_t)e->bad;
    if (found)
        printf(_(s, N_("RESULT       %zu findings: this ledger must not be relied on\n")), found);
    else
        printf("%s\n", _(s, N_("RESULT       nothing wrong was found")));
}

static void print_json(const Reading *e, const AuditReport *r)
{
    const Session *s = e->s;
    Arena *arena = s->arena;
    Json all = json_obj();
    Json faults = json_arr();
    for (size_t i = 0; i < r->n_faults && i < AUDIT_FAULTS_MAX; i++) {
        Json row = json_obj();
        json_add(arena, &row, STR("where"), json_str(r->faults[i].where));
        json_add(arena, &row, STR("what"), json_str(r->faults[i].what));
        json_push(arena, &faults, row);
    }
    json_add(arena, &all, STR("ok"), json_bool(r->n_faults == 0 && e->bad == 0));
    json_add(arena, &all, STR("origin"), json_str(r->checkpoint.origin));
    json_add(arena, &all, STR("size"), json_int((int64_t)r->checkpoint.size));
    json_add(arena, &all, STR("root"), json_str(base64_of(arena, &r->checkpoint.root)));
    json_add(arena, &all, STR("signatures"), json_int((int64_t)r->signatures));
    json_add(arena, &all, STR("cosignatures"), json_int((int64_t)r->cosignatures));
    json_add(arena, &all, STR("tiles"), json_int((int64_t)r->tiles));
    json_add(arena, &all, STR("entries"), json_int((int64_t)r->entries));
    json_add(arena, &all, STR("bytes"), json_int((int64_t)r->bytes));
    json_add(arena, &all, STR("older"), json_int((int64_t)r->older));
    json_add(arena, &all, STR("bad_entries"), json_int((int64_t)e->bad));
    json_add(arena, &all, STR("faults"), faults);
    Str text = json_to_arena(arena, &all);
    printf("%.*s\n", STR_ARG(text));
}

int judge_log(Session *s, Err *err)
{
    AuditReport *report = ARENA_NEW(s->arena, AuditReport);
    AuditSource source = source_open(s->arena, s->r.log, s->net);
    Reading e = { .s = s, .last_at = INT64_MIN };
    AuditOptions options = { .trust = session_trust(s),
                             .older = s->r.older,
                             .n_older = s->r.n_older,
                             .hashes_only = s->r.hashes_only,
                             .entry = check_entry,
                             .progress = s->r.json ? NULL : show_progress,
                             .ctx = &e };
    if (audit_log(s->arena, s->h, &source, &options, report, err) != RC_OK)
        return EXIT_UNKNOWN;
    if (s->r.json)
        print_json(&e, report);
    else
        print_page(&e, report);
    return report->n_faults || e.bad ? EXIT_FOUND : EXIT_GOOD;
}
