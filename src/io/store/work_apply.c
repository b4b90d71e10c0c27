#include "io/store/work_internal.h"

#include <string.h>

static const char SQL_VOID[] = "UPDATE matter_entry SET void_seq = ?4 WHERE j = ?1 AND matter = ?2 AND version = ?3";

/* ---- facts ---- */

static Rc figure_number(Work *work, const LawFigure *figure, int64_t *ret, Err *err)
{
    const int64_t *fig = map_get(&work->figures, figure->id);
    if (!fig)
        return err_set(err, RC_CORRUPT, "figure %.*s is not adopted", STR_ARG(figure->id));
    *ret = *fig;
    return RC_OK;
}

static void add_tally(Work *work, const WorkTally *add)
{
    Str key =
        arena_printf(work->arena, "%lld/%d/%d/%d/%.*s", (long long)add->fig, add->p, add->e, add->k, STR_ARG(add->dim));
    WorkTally *t = map_get(&work->tallies, key);
    if (!t) {
        t = ARENA_NEW(work->arena, WorkTally);
        *t = (WorkTally){ .fig = add->fig, .p = add->p, .e = add->e, .k = add->k, .dim = add->dim };
        map_put(&work->tallies, key, t);
        *ARENA_PUSH(work->arena, work->tally_order, work->n_tallies, work->cap_tallies) = t;
    }
    t->n += add->n;
    t->v += add->v;
}

Rc work_facts(Work *work, const Entry *entry, int64_t matter, const Facts *facts, Err *err)
{
    Day k_day = instant_day(entry->recorded_at, law_book_latest(work->world.book)->zone_minutes);
    for (size_t i = 0; i < facts->n; i++) {
        const Fact *f = &facts->items[i];
        int64_t fig = 0;
        TRY(figure_number(work, f->figure, &fig, err));
        DbValue row[] = { DBI(work->world.j), DBI(fig),    DBI(f->p_day), DBI(entry->seq), DBI((int64_t)i), DBI(matter),
                          DBI(f->e_day),      DBT(f->dim), DBT(f->key),   DBI(f->dn),      DBI(f->dv) };
        work_row(work, T_FACT, row);
        add_tally(work,
                  &(WorkTally){
                      .fig = fig, .p = f->p_day, .e = f->e_day, .k = k_day, .dim = f->dim, .n = f->dn, .v = f->dv });
    }
    return RC_OK;
}

static bool figure_world(Work *work, const WorkMatter *wm, FigureWorld *ret)
{
    const LawPack *pack = law_book_latest(work->world.book);
    const LawProcedure *procedure = pack ? law_procedure(pack, wm->m.procedure->id) : NULL;
    *ret = (FigureWorld){ .arena = work->arena, .pack = pack, .procedure = procedure, .dir = work->world.dir };
    return procedure && procedure->n_figures;
}

/* ---- the core: forwards, or all over again ---- */

static Rc fold_forward(Work *work, WorkMatter *wm, const Entry *entry, Day eff_day, Err *err)
{
    FigureWorld world;
    Facts facts = { 0 };
    bool counted = figure_world(work, wm, &world);
    if (counted && !wm->states)
        wm->states = figure_states(&world, &wm->m.core);
    MatterCore core = matter_core_copy(work->arena, &wm->m.core);
    matter_fold(work->arena, &core, wm->m.procedure, &entry->effects, eff_day);
    wm->m.core = core;
    if (!counted)
        return RC_OK;
    const FigureState *after = figure_states(&world, &core);
    figure_diff(&world, wm->states, after, eff_day, &facts);
    wm->states = after;
    return work_facts(work, entry, wm->m.id, &facts, err);
}

static const Effect *find_void(const Effects *effects)
{
    for (size_t i = 0; i < effects->n; i++)
        if (effects->items[i].kind == EFFECT_VOID)
            return &effects->items[i];
    return NULL;
}

static Rc fold_again(Work *work, WorkMatter *wm, const Entry *entry, Day eff_day, Err *err)
{
    MatterPast *past = NULL;
    size_t n = 0;
    TRY(work_history(work, wm->m.id, &past, &n, err));
    FigureWorld world;
    Facts before = { 0 };
    Facts after = { 0 };
    Facts delta = { 0 };
    bool counted = figure_world(work, wm, &world);
    if (counted)
        figure_history(&world, past, n, &before);
    const Effect *voids = find_void(&entry->effects);
    for (size_t i = 0; voids && i < n; i++)
        past[i].voided = past[i].voided || past[i].version == voids->a;
    MatterPast *all = ARENA_ARRAY(work->arena, MatterPast, n + 1);
    if (n)
        memcpy(all, past, n * sizeof *past);
    all[n] = (MatterPast){ .seq = entry->seq,
                           .version = entry->version,
                           .eff_at = entry->eff_at,
                           .eff_day = eff_day,
                           .effects = entry->effects };
    matter_refold(work->arena, &wm->m.core, wm->m.procedure, all, n + 1);
    if (!counted)
        return RC_OK;
    figure_history(&world, all, n + 1, &after);
    figure_difference(work->arena, &after, &before, &delta);
    wm->states = figure_states(&world, &wm->m.core);
    return work_facts(work, entry, wm->m.id, &delta, err);
}

/* ---- one entry ---- */

static Rc open_matter(Work *work, const Entry *entry, const Effect *open, WorkMatter **ret, Err *err)
{
    Str digest = hex_from(work->arena, entry->base.n ? entry->base : entry->pack);
    const LawPack *pack = law_book_find(work->world.book, digest);
    const LawProcedure *procedure = pack ? law_procedure(pack, open->name) : NULL;
    if (!procedure)
        return err_set(err, RC_CORRUPT, "entry %lld opens a matter of a procedure that no adopted pack has",
                       (long long)entry->seq);
    WorkMatter *wm = work_new_matter(work, entry->matter);
    wm->m.pack = pack;
    wm->m.procedure = procedure;
    wm->pack_digest = digest;
    wm->loaded = NEED_ALL;
    *ret = wm;
    return RC_OK;
}

static Rc apply_core(Work *work, WorkMatter *wm, const Entry *entry, Day eff_day, Err *err)
{
    const Effect *voids = find_void(&entry->effects);
    if (voids || entry->eff_at < wm->m.last_eff_at)
        TRY(fold_again(work, wm, entry, eff_day, err));
    else
        TRY(fold_forward(work, wm, entry, eff_day, err));
    if (voids) {
        DbValue params[] = { DBI(work->world.j), DBI(wm->m.id), DBI(voids->a), DBI(entry->seq) };
        TRY(db_run(work->db, SQL_VOID, params, ARRAY_LEN(params), NULL, err));
    }
    if (entry->eff_at > wm->m.last_eff_at)
        wm->m.last_eff_at = entry->eff_at;
    return RC_OK;
}

static Rc apply_matter(Work *work, const Entry *entry, Err *err)
{
    WorkMatter *wm = NULL;
    const Effect *first = entry->effects.n ? &entry->effects.items[0] : NULL;
    if (first && first->kind == EFFECT_OPEN)
        TRY(open_matter(work, entry, first, &wm, err));
    else
        TRY(work_load_matter(work, entry->matter, &wm, err));
    if (entry->version != wm->m.version + 1)
        return err_set(err, RC_CORRUPT, "entry %lld is version %lld of matter %lld, which is at %lld",
                       (long long)entry->seq, (long long)entry->version, (long long)entry->matter,
                       (long long)wm->m.version);
    Day eff_day = instant_day(entry->eff_at, wm->m.pack->zone_minutes);
    TRY(apply_core(work, wm, entry, eff_day, err));
    wm->m.version = entry->version;
    TRY(work_effects(work, wm, entry, err));
    TRY(matter_apply_rest(work->arena, &wm->m, &entry->effects, err));
    for (size_t i = 0; i < entry->effects.n; i++)
        for (size_t c = 0; entry->effects.items[i].kind == EFFECT_CLOCK && c < wm->m.n_clocks; c++)
            if (str_eq(wm->m.clocks[c].id, entry->effects.items[i].name))
                wm->clocks |= UINT64_C(1) << c;
    wm->dirty = true;
    DbValue row[] = { DBI(work->world.j), DBI(wm->m.id),         DBI(entry->version), DBI(entry->seq), DBT(entry->act),
                      DBI(entry->mode),   DBT(wm->m.core.stage), DBI(entry->eff_at),  DBI(eff_day),    DBNULL };
    work_row(work, T_MATTER_ENTRY, row);
    return RC_OK;
}

static Rc apply_leaf(Work *work, const Entry *entry, Str leaf, Err *err)
{
    if (entry->seq != work_next_seq(work) || entry->recorded_at <= work->last_at)
        return err_set(err, RC_CORRUPT, "entry %lld does not follow on the ledger's last", (long long)entry->seq);
    LedgerHash *hash = ARENA_NEW(work->arena, LedgerHash);
    ledger_leaf_hash(work->world.hash, leaf, hash);
    DbValue row[] = { DBI(work->world.j), DBI(entry->seq), DBB(ledger_hash_view(hash)),
                      DBB(arena_str(work->arena, leaf)) };
    work_row(work, T_ENTRY, row);
    work->last_at = entry->recorded_at;
    return ledger_append(work->world.hash, &work->frontier, hash, err);
}

static void apply_request(Work *work, const Entry *entry)
{
    if (!entry->key.n)
        return;
    Day day = instant_day(entry->recorded_at, 0);
    Str key = hex_from(work->arena, entry->key);
    int64_t *seq = ARENA_NEW(work->arena, int64_t);
    *seq = entry->seq;
    Str digest = hex_from(work->arena, entry->form);
    DbValue row[] = { DBI(work->world.j), DBI(day), DBB(key), DBB(digest), DBI(entry->seq) };
    work_row(work, T_REQUEST, row);
    map_put(&work->requests, key, seq);
}

static Rc apply_org(Work *work, const Entry *entry, Err *err)
{
    for (size_t i = 0; i < entry->effects.n; i++) {
        const Effect *e = &entry->effects.items[i];
        if (e->kind == EFFECT_PUT)
            TRY(work_put(work, e, entry, err));
    }
    return work_effects(work, NULL, entry, err);
}

/* The entry as the work keeps it: the caller's may lie in memory that does not last as long as the batch. */
static Entry own_entry(Work *work, const Entry *entry)
{
    Entry own = *entry;
    own.act = arena_str(work->arena, entry->act);
    own.effects = effects_copy(work->arena, &entry->effects);
    return own;
}

Rc work_apply(Work *work, const Entry *given, Str leaf, Err *err)
{
    Entry own = own_entry(work, given);
    const Entry *entry = &own;
    TRY(apply_leaf(work, entry, leaf, err));
    apply_request(work, entry);
    switch (entry->kind) {
    case ENTRY_ACT:
    case ENTRY_CLOCK: return apply_matter(work, entry, err);
    case ENTRY_REFUSAL: return work_effects(work, NULL, entry, err);
    case ENTRY_ORG:
    case ENTRY_FREEZE: return apply_org(work, entry, err);
    case ENTRY_KIND_COUNT: break;
    }
    return err_set(err, RC_CORRUPT, "entry %lld is of no known kind", (long long)entry->seq);
}
