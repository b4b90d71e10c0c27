#include "io/store/work_internal.h"

static const char SQL_FINDING[] = "SELECT rule, source, source_seq FROM finding WHERE j = ?1 AND matter = ?2";
WorkMatter *work_new_matter(Work *work, int64_t id)
{
    WorkMatter *wm = ARENA_NEW(work->arena, WorkMatter);
    wm->m.id = id;
    wm->m.core = matter_core_new();
    wm->m.last_eff_at = INT64_MIN;
    idmap_put(&work->matters, id, wm);
    *ARENA_PUSH(work->arena, work->order, work->n_order, work->cap_order) = wm;
    return wm;
}

static StoreReader reader_of(const Work *work)
{
    return (StoreReader){ .db = work->db, .arena = work->arena, .j = work->world.j, .book = work->world.book };
}

static Rc load_finding(Work *work, WorkMatter *wm, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    const LawFindings *findings = wm->m.pack->findings;
    if (!findings || findings->procedure != wm->m.procedure)
        return RC_OK;
    DbValue params[] = { DBI(work->world.j), DBI(wm->m.id) };
    TRY(db_query(work->db, SQL_FINDING, params, 2, &rows, err));
    TRY(db_next(rows, &more, err));
    if (more) {
        wm->finding_rule = db_str_in(rows, 0, work->arena);
        wm->finding_source = db_int(rows, 1);
        wm->finding_seq = db_int(rows, 2);
    }
    return RC_OK;
}

Rc work_load_matter(Work *work, int64_t id, WorkMatter **ret, Err *err)
{
    WorkMatter *wm = idmap_get(&work->matters, id);
    if (wm) {
        *ret = wm;
        return RC_OK;
    }
    WorkMatter loaded = { 0 };
    StoreReader reader = reader_of(work);
    TRY(store_load_matter(&reader, id, 0, &loaded.m, &loaded.pack_digest, err));
    loaded.attrs = loaded.m.core.fields;
    TRY(load_finding(work, &loaded, err));
    wm = work_new_matter(work, id);
    *wm = loaded;
    *ret = wm;
    return RC_OK;
}

/* What a matter knows of those it is linked with may have changed in this batch. */
static void refresh_links(Work *work, Matter *m)
{
    for (size_t i = 0; i < m->n_links; i++) {
        const WorkMatter *other = idmap_get(&work->matters, m->links[i].other);
        if (!other)
            continue;
        m->links[i].procedure = other->m.procedure->id;
        m->links[i].stage = other->m.core.stage;
        m->links[i].outcome = other->m.core.outcome;
    }
}

/* Loads what is not there yet. Rows that this batch has not written yet must be in the store first. */
static Rc load_needs(Work *work, WorkMatter *wm, unsigned needs, Err *err)
{
    unsigned missing = needs & ~wm->loaded;
    if (!missing)
        return RC_OK;
    StoreReader reader = reader_of(work);
    TRY(work_flush(work, err));
    TRY(store_load_more(&reader, missing, &wm->m, err));
    wm->loaded |= missing;
    return RC_OK;
}

Rc work_matter(Work *work, int64_t id, unsigned needs, const Matter **ret, Err *err)
{
    WorkMatter *wm = NULL;
    TRY(work_load_matter(work, id, &wm, err));
    TRY(load_needs(work, wm, needs, err));
    if (needs & NEED_LINKS)
        refresh_links(work, &wm->m);
    *ret = &wm->m;
    return RC_OK;
}

Rc work_history(Work *work, int64_t matter, MatterPast **ret, size_t *ret_n, Err *err)
{
    StoreReader reader = reader_of(work);
    TRY(work_flush(work, err));
    return store_load_past(&reader, matter, ret, ret_n, err);
}
