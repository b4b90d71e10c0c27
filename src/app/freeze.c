/* Freezing a report: each figure's value, definition and the ledger's size, as one entry with its signer. */
#include "app/app_internal.h"
#include "app/figures.h"
#include "app/reconcile.h"

static Str hex_digest(App *app, Arena *arena, Str text)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    crypto_sha256(app->crypto, text, digest);
    return hex_to_arena(arena, digest, sizeof digest);
}

static Rc add_frozen(App *app, Arena *arena, Str report, const LawReportFigure *f, int64_t size, Effects *effects,
                     Err *err)
{
    FigureQuery query = report_query(f, DAY_NONE);
    FigureValue value;
    TRY(figure_value(app->db, app->j, &query, arena, &value, err));
    Json row = json_obj();
    json_add(arena, &row, STR("definition"), json_str(hex_digest(app, arena, f->figure->definition)));
    json_add(arena, &row, STR("figure"), json_str(f->figure->id));
    json_add(arena, &row, STR("from"), json_int(query.from));
    json_add(arena, &row, STR("n"), json_int(value.n));
    json_add(arena, &row, STR("size"), json_int(size));
    json_add(arena, &row, STR("status"), json_int(query.status));
    json_add(arena, &row, STR("to"), json_int(query.to));
    json_add(arena, &row, STR("v"), json_int(value.v));
    effects_add(arena, effects, (Effect){ .kind = EFFECT_FREEZE, .name = report, .value = row });
    return RC_OK;
}

typedef struct Freezing {
    const LawReport *report;
    int64_t actor;
} Freezing;

static Rc freeze(App *app, Work *work, void *ctx, Err *err)
{
    const Freezing *f = ctx;
    int64_t now = app_next_instant(app, work, 0);
    Entry entry = { .kind = ENTRY_FREEZE,
                    .seq = work_next_seq(work),
                    .act = f->report->id,
                    .actor = f->actor,
                    .happened_at = now,
                    .recorded_at = now,
                    .eff_at = now };
    for (size_t i = 0; i < f->report->n_figures; i++)
        if (f->report->figures[i].figure->count != LAW_COUNT_RATIO)
            TRY(add_frozen(app, app->batch, f->report->id, &f->report->figures[i], entry.seq, &entry.effects, err));
    return app_append(app, work, &entry, err);
}

/* A figure about which two platforms disagree is not signed before somebody has said why. */
static Rc check_explained(App *app, const LawPack *pack, const LawReport *report, Err *err)
{
    CLEANUP(arena_freep) Arena *arena = arena_new(0);
    OpenDifference *open = NULL;
    size_t n = 0;
    size_t unexplained = 0;
    Str lists = STR_NONE;
    TRY(differences_open(app->db, app->j, pack, arena, &open, &n, err));
    for (size_t i = 0; i < n; i++) {
        bool counts = false;
        for (size_t f = 0; !counts && f < report->n_figures; f++)
            counts = differences_about(&open[i], 1, report->figures[f].figure, report->figures[f].from,
                                       report->figures[f].to) > 0;
        if (!counts)
            continue;
        unexplained++;
        if (str_find(lists, open[i].import->title) == SIZE_MAX)
            lists =
                arena_printf(arena, "%.*s%s%.*s", STR_ARG(lists), lists.n ? ", " : "", STR_ARG(open[i].import->title));
    }
    if (!unexplained)
        return RC_OK;
    return err_at(err, RC_INVALID, "/reconcile", "%zu differences from %.*s have no reason yet; explain them first",
                  unexplained, STR_ARG(lists));
}

Rc app_freeze(App *app, Str report_id, int64_t actor, Err *err)
{
    const LawPack *pack = law_book_latest(&app->book);
    const LawReport *report = pack ? map_get(&pack->reports_by_id, report_id) : NULL;
    if (!report)
        return err_set(err, RC_NOT_FOUND, "the pack has no report %.*s", STR_ARG(report_id));
    TRY(check_explained(app, pack, report, err));
    Freezing freezing = { report, actor };
    Rc rc = app_transact(app, freeze, &freezing, err);
    if (rc == RC_CONFLICT)
        err_wrap(err, rc, "report %.*s is frozen already", STR_ARG(report_id));
    return rc;
}
