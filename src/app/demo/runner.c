#include "app/demo/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SQL_LAST[] = "SELECT last_at FROM ledger_head WHERE j = ?1";
static const char SQL_ALIAS[] = "SELECT matter FROM matter_alias WHERE j = ?1 AND system = ?2 AND number = ?3";
static const char SQL_LINK[] = "SELECT a FROM link WHERE j = ?1 AND b = ?2 AND kind = ?3 ORDER BY a LIMIT 1 OFFSET ?4";
static const char SQL_NUMBER[] = "SELECT number FROM matter WHERE j = ?1 AND id = ?2 AND number IS NOT NULL";
static const char SQL_VERSION[] = "SELECT version FROM matter_entry WHERE j = ?1 AND matter = ?2 AND act = ?3 "
                                  "ORDER BY version DESC LIMIT 1";

typedef struct Runner {
    App *app;
    Db *db; /* reads what is committed */
    Plan *plan;
    const RunOptions *options;
    RunReport *report;
    Arena *day;     /* findings' acts of the day */
    Arena *results; /* of the batch */
    int64_t last_at;
    uint32_t batch; /* number of the one being gathered */
    ActRequest requests[RUN_BATCH_MAX];
    const PlanAct *acts[RUN_BATCH_MAX];
    size_t n;
} Runner;

/* ---- reading what earlier batches brought about ---- */

/* First column of the first row; `missing` without one. */
static Rc read_int(Runner *r, const char *sql, const DbValue *params, size_t n, int64_t missing, int64_t *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    TRY(db_query(r->db, sql, params, n, &rows, err));
    TRY(db_next(rows, &more, err));
    *ret = more ? db_int(rows, 0) : missing;
    return RC_OK;
}

static Rc read_number(Runner *r, PlanMatter *m, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    DbValue params[] = { DBI(app_j(r->app)), DBI(m->id) };
    TRY(db_query(r->db, SQL_NUMBER, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    if (more)
        m->own_number = db_str_in(rows, 0, r->plan->arena);
    return RC_OK;
}

/* ---- what an act needs before it can be asked for ---- */

typedef enum Ready { READY, READY_WAIT, READY_NEVER } Ready;

static Rc find_own(Runner *r, PlanMatter *m, Err *err)
{
    DbValue params[] = { DBI(app_j(r->app)), DBT(m->system), DBT(m->number) };
    return read_int(r, SQL_ALIAS, params, ARRAY_LEN(params), 0, &m->id, err);
}

static Rc find_spawned(Runner *r, PlanMatter *m, Ready *ret, Err *err)
{
    PlanMatter *parent = &r->plan->matters[m->parent];
    if (parent->touched_in == r->batch) {
        *ret = READY_WAIT;
        return RC_OK;
    }
    if (!parent->id && parent->parent != PLAN_NOBODY)
        TRY(find_spawned(r, parent, ret, err)); /* plans bound the depth */
    else if (!parent->id)
        TRY(find_own(r, parent, err));
    if (*ret == READY_WAIT)
        return RC_OK;
    if (parent->id) {
        DbValue params[] = { DBI(app_j(r->app)), DBI(parent->id), DBT(m->link), DBI(m->nth) };
        TRY(read_int(r, SQL_LINK, params, ARRAY_LEN(params), 0, &m->id, err));
    }
    *ret = m->id ? READY : READY_NEVER;
    return RC_OK;
}

/* Ready with id 0: it is addressed by its number on the other platform, being opened in this very batch. */
static Rc find_matter(Runner *r, const PlanAct *a, Ready *ret, Err *err)
{
    *ret = READY;
    if (a->matter == PLAN_NOBODY || a->procedure.n)
        return RC_OK;
    PlanMatter *m = &r->plan->matters[a->matter];
    if (m->id || m->opened_in == r->batch)
        return RC_OK;
    if (m->parent != PLAN_NOBODY)
        return find_spawned(r, m, ret, err);
    TRY(find_own(r, m, err));
    if (!m->id)
        *ret = READY_NEVER;
    return RC_OK;
}

static Rc find_into(Runner *r, const PlanAct *a, Json *form, Ready *ret, Err *err)
{
    PlanMatter *root = &r->plan->matters[a->into];
    if (root->opened_in == r->batch) {
        *ret = READY_WAIT;
        return RC_OK;
    }
    if (!root->id)
        TRY(find_own(r, root, err));
    if (root->id && !root->own_number.n)
        TRY(read_number(r, root, err));
    if (!root->own_number.n)
        *ret = READY_NEVER;
    else
        json_set(r->results, form, STR("into"), json_str(root->own_number));
    return RC_OK;
}

static Rc find_target(Runner *r, const PlanAct *a, Json *form, Ready *ret, Err *err)
{
    const PlanMatter *m = &r->plan->matters[a->matter];
    int64_t version = 0;
    if (m->touched_in == r->batch) {
        *ret = READY_WAIT;
        return RC_OK;
    }
    DbValue params[] = { DBI(app_j(r->app)), DBI(m->id), DBT(a->target) };
    TRY(read_int(r, SQL_VERSION, params, ARRAY_LEN(params), 0, &version, err));
    if (!version)
        *ret = READY_NEVER;
    else
        json_set(r->results, form, STR("version"), json_int(version));
    return RC_OK;
}

static Rc make_request(Runner *r, const PlanAct *a, ActRequest *req, Ready *ret, Err *err)
{
    TRY(find_matter(r, a, ret, err));
    Json form = a->form;
    bool completed = a->into != PLAN_NOBODY || a->target.n;
    if (*ret == READY && completed)
        form = json_copy(r->results, &a->form); /* the plan's own form stays as it is */
    if (*ret == READY && a->into != PLAN_NOBODY)
        TRY(find_into(r, a, &form, ret, err));
    if (*ret == READY && a->target.n)
        TRY(find_target(r, a, &form, ret, err));
    if (*ret != READY)
        return RC_OK;
    *req = (ActRequest){ .actor = a->actor,
                         .procedure = a->procedure,
                         .matter = a->matter_id,
                         .act = a->act,
                         .mode = a->mode,
                         .happened_at = a->happened_at,
                         .at_ms = a->at_ms,
                         .form = form };
    if (a->matter == PLAN_NOBODY)
        return RC_OK;
    const PlanMatter *m = &r->plan->matters[a->matter];
    req->matter = a->procedure.n ? 0 : m->id;
    if (!req->matter) {
        req->system = m->system;
        req->number = m->number;
    }
    return RC_OK;
}

/* ---- answers ---- */

static void describe(const PlanAct *a, const ActResult *result, char *out, size_t size)
{
    static const char *const names[] = { "done", "repeated", "refused", "invalid", "stale", "failed" };
    const Decision *d = &result->decision;
    size_t n = (size_t)snprintf(out, size, "%s", names[result->answer]);
    if (result->answer == ANSWER_FAILED)
        n += (size_t)snprintf(out + n, size - n, ": %s", result->err.text);
    if (result->answer == ANSWER_REFUSED)
        n += (size_t)snprintf(out + n, size - n, " (%s)", decision_stop_name(d->stop));
    for (size_t i = 0; i < d->n_verdicts && n < size; i++) {
        const Verdict *v = &d->verdicts[i];
        if (v->kind == VERDICT_VIOLATED || v->kind == VERDICT_UNDECIDED)
            n += (size_t)snprintf(out + n, size - n, " %.*s=%s", STR_ARG(v->rule->id), verdict_names[v->kind]);
    }
    for (size_t i = 0; i < d->faults.n && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, " %.*s:%s", STR_ARG(d->faults.items[i].field),
                              form_fault_name(d->faults.items[i].kind));
    if (a->origin.n && n < size)
        (void)snprintf(out + n, size - n, " [%.*s]", STR_ARG(a->origin));
}

/* Counts what has been noted in the same words before. */
static void note(RunReport *report, const PlanAct *a, RunTrouble *trouble, size_t room)
{
    trouble->n = 1;
    snprintf(trouble->act, sizeof trouble->act, "%.*s%s%.*s", STR_ARG(a->procedure), a->procedure.n ? "." : "",
             STR_ARG(a->act));
    for (size_t i = 0; i < report->n_troubles; i++) {
        RunTrouble *t = &report->troubles[i];
        if (strcmp(t->act, trouble->act) == 0 && strcmp(t->text, trouble->text) == 0) {
            t->n++;
            return;
        }
    }
    if (report->n_troubles < room)
        report->troubles[report->n_troubles++] = *trouble;
}

static void note_trouble(RunReport *report, const PlanAct *a, const ActResult *result)
{
    RunTrouble trouble = { 0 };
    describe(a, result, trouble.text, sizeof trouble.text);
    /* The last places are kept for failures, which say more than refusals do. */
    note(report, a, &trouble, result->answer == ANSWER_FAILED ? RUN_TROUBLES_MAX : RUN_TROUBLES_MAX - RUN_FAILURES);
}

/* Its matter was never opened, or the act that it is about never happened. What was refused as planned may be why. */
static void note_orphan(RunReport *report, const PlanAct *a)
{
    RunTrouble trouble = { .text = "nothing to act on" };
    if (a->origin.n)
        snprintf(trouble.text, sizeof trouble.text, "nothing to act on [%.*s]", STR_ARG(a->origin));
    report->orphans++;
    note(report, a, &trouble, RUN_TROUBLES_MAX - RUN_FAILURES);
}

/* An act on a matter whose opening, earlier in the same batch, was refused. */
static bool is_orphan(const Runner *r, const PlanAct *a, const ActResult *result)
{
    return result->answer == ANSWER_FAILED && a->matter != PLAN_NOBODY && !a->procedure.n &&
           !r->plan->matters[a->matter].id;
}

static void take_result(Runner *r, const PlanAct *a, const ActResult *result)
{
    RunReport *report = r->report;
    if (is_orphan(r, a, result)) {
        note_orphan(report, a);
        return;
    }
    report->answers[result->answer]++;
    if (result->answer == ANSWER_REFUSED && a->may_refuse)
        report->expected_refusals++;
    else if (result->answer > ANSWER_REPEATED)
        note_trouble(report, a, result);
    if (a->matter == PLAN_NOBODY || result->answer > ANSWER_REPEATED)
        return;
    PlanMatter *m = &r->plan->matters[a->matter];
    m->id = result->matter;
    if (a->procedure.n && result->number.n)
        m->own_number = arena_str(r->plan->arena, result->number);
}

static Rc flush(Runner *r, Err *err)
{
    if (!r->n)
        return RC_OK;
    ActResult *results = ARENA_ARRAY(r->results, ActResult, r->n);
    TRY(app_perform_many(r->app, r->requests, r->n, r->results, results, err));
    for (size_t i = 0; i < r->n; i++)
        take_result(r, r->acts[i], &results[i]);
    r->report->batches++;
    r->n = 0;
    r->batch++;
    arena_reset(r->results);
    const RunReport *report = r->report;
    size_t done = report->passed_over + report->orphans;
    for (int k = 0; k <= ANSWER_FAILED; k++)
        done += report->answers[k];
    if (r->options->tell)
        r->options->tell(r->options->ctx, done < report->planned ? done : report->planned, report->planned);
    return RC_OK;
}

/* ---- acts, in order ---- */

static Rc perform_org(Runner *r, const PlanAct *a, Err *err)
{
    TRY(flush(r, err));
    *r->options->now = a->at_ms;
    Effects rows = a->org;
    TRY(app_put(r->app, &rows, a->act, a->actor, NULL, err));
    r->report->answers[ANSWER_DONE]++;
    return RC_OK;
}

static Rc perform_one(Runner *r, const PlanAct *a, Err *err)
{
    if (a->kind == PLAN_ORG)
        return perform_org(r, a, err);
    if (r->n == RUN_BATCH_MAX)
        TRY(flush(r, err));
    ActRequest req;
    Ready ready = READY;
    TRY(make_request(r, a, &req, &ready, err));
    if (ready == READY_WAIT) {
        TRY(flush(r, err));
        TRY(make_request(r, a, &req, &ready, err));
    }
    if (ready != READY) {
        note_orphan(r->report, a);
        return RC_OK;
    }
    r->requests[r->n] = req;
    r->acts[r->n++] = a;
    if (a->matter == PLAN_NOBODY)
        return RC_OK;
    PlanMatter *m = &r->plan->matters[a->matter];
    m->touched_in = r->batch;
    if (a->procedure.n)
        m->opened_in = r->batch;
    return RC_OK;
}

static Rc sweep(Runner *r, int64_t at_ms, Err *err)
{
    size_t fired = 0;
    *r->options->now = at_ms;
    do {
        TRY(app_sweep(r->app, RUN_SWEEP_MAX, &fired, err));
        r->report->fired += fired;
    } while (fired);
    return RC_OK;
}

static int by_time(const void *pa, const void *pb)
{
    const PlanAct *a = pa;
    const PlanAct *b = pb;
    return (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
}

/* One day: a sweep, then the plan's acts from *next on and those that findings call for, in order of time. */
static Rc run_day(Runner *r, Day day, size_t *next, Err *err)
{
    const RunOptions *o = r->options;
    int64_t end = day_start(day + 1, o->hours.zone_minutes);
    RunActs extra = { 0 };
    TRY(sweep(r, day_start(day, o->hours.zone_minutes), err));
    arena_reset(r->day);
    if (o->staff) {
        Plan scratch;
        plan_init(&scratch, r->day, o->hours.zone_minutes);
        TRY(run_findings(r->db, app_j(r->app), o, &scratch, day, &extra, err));
        if (extra.n)
            qsort(extra.items, extra.n, sizeof *extra.items, by_time);
    }
    size_t e = 0;
    for (;;) {
        const PlanAct *a = *next < r->plan->n_acts ? &r->plan->acts[*next] : NULL;
        if (a && a->at_ms >= end)
            a = NULL;
        if (e < extra.n && (!a || extra.items[e].at_ms < a->at_ms)) {
            a = &extra.items[e++];
        } else if (a) {
            ++*next;
        } else {
            break;
        }
        if (a->at_ms > r->last_at)
            TRY(perform_one(r, a, err));
    }
    return flush(r, err);
}

static Rc run_all(Runner *r, Err *err)
{
    const RunOptions *o = r->options;
    const Plan *plan = r->plan;
    size_t next = 0;
    while (next < plan->n_acts && plan->acts[next].at_ms <= r->last_at)
        next++;
    r->report->planned = plan->n_acts;
    r->report->passed_over = next;
    if (!plan->n_acts)
        return RC_OK;
    Day day = hours_day(&o->hours, next < plan->n_acts ? plan->acts[next].at_ms : plan->acts[plan->n_acts - 1].at_ms);
    for (; day <= o->last; day++)
        TRY(run_day(r, day, &next, err));
    *o->now = day_start(o->last + 1, o->hours.zone_minutes);
    return RC_OK;
}

Rc run_plan(App *app, Plan *plan, const RunOptions *options, RunReport *ret_report, Err *err)
{
    CLEANUP(db_closep) Db *db = NULL;
    CLEANUP(arena_freep) Arena *day = arena_new(0);
    CLEANUP(arena_freep) Arena *results = arena_new(0);
    TRY(app_reader(app, &db, err));
    Runner *r = ARENA_NEW(plan->arena, Runner);
    RunReport report = { 0 };
    *r = (Runner){ .app = app,
                   .db = db,
                   .plan = plan,
                   .options = options,
                   .report = &report,
                   .day = day,
                   .results = results,
                   .batch = 1 };
    DbValue j = DBI(app_j(app));
    TRY(read_int(r, SQL_LAST, &j, 1, 0, &r->last_at, err));
    TRY(run_all(r, err));
    *ret_report = report;
    return RC_OK;
}
