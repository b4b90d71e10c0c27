/* Supervision: what becomes of the findings that the year itself produces. Nothing is remembered between days; age and
 * the finding's id decide, so that a continued run decides alike. */
#include "app/demo/runner.h"

static const char SQL_OPEN[] =
    "SELECT id, stage, opened_day, fields FROM matter WHERE j = ?1 AND procedure = 'finding' "
    "AND closed_day IS NULL ORDER BY id";

typedef struct Answering {
    const RunOptions *options;
    Plan *plan; /* for forms */
    Day day;
    RunActs *acts;
} Answering;

static void add(Answering *a, Chance *chance, int64_t finding, const StaffPerson *who, const char *act, Json form)
{
    if (!who)
        return;
    /* Half a slot off the plan's own times, so that the two never meet. It may be refused: a late record can clear a
     * finding between the morning and the answer. */
    int64_t at = hours_within(&a->options->hours, chance, a->day);
    at += PLAN_SLOT_MS / 2 - at % PLAN_SLOT_MS;
    *ARENA_PUSH(a->plan->arena, a->acts->items, a->acts->n, a->acts->cap) = (PlanAct){ .at_ms = at,
                                                                                       .matter = PLAN_NOBODY,
                                                                                       .matter_id = finding,
                                                                                       .act = str_c(act),
                                                                                       .actor = who->id,
                                                                                       .form = form,
                                                                                       .may_refuse = true,
                                                                                       .into = PLAN_NOBODY };
}

static const StaffUnit *unit_of(const Staff *staff, int64_t id)
{
    for (size_t i = 0; i < staff->n_units; i++)
        if (staff->units[i].id == id)
            return &staff->units[i];
    return NULL;
}

/* Who answers depends on whose duty the rule was; else it is the head of the unit where it happened. */
static const StaffPerson *answerer(Answering *a, Chance *chance, Str rule, int64_t unit)
{
    const Staff *staff = a->options->staff;
    const StaffUnit *where = unit_of(staff, unit);

    static const struct {
        const char *prefix;
        const char *role;
    } duties[] = { { "sign-", "dispatcher" },
                   { "dispatch-", "dispatcher" },
                   { "return-", "dispatcher" },
                   { "mediat", "mediation-head" },
                   { "confirm-", "mediator" },
                   { "told-", "mediator" },
                   { "contact-", "handler" },
                   { "dispose-", "unit-head" },
                   { "other-approver", "unit-head" },
                   { "court-", "court-liaison" },
                   { "admin-", "handler" },
                   { "labour-", "mediator" },
                   { "major-", "mediation-head" },
                   { "petition-", "petition-clerk" },
                   { "emergency-", "duty-officer" },
                   { "suggestion-", "deputies-liaison" },
                   { "lawsuit-", "justice-clerk" },
                   { "disclosure-", "disclosure-clerk" },
                   { "enterprise-", "enterprise-clerk" },
                   { "request-", "unit-head" } };
    for (size_t i = 0; i < ARRAY_LEN(duties); i++)
        if (str_starts(rule, str_c(duties[i].prefix)))
            return staff_pick(staff, chance, duties[i].role, NULL, a->day);
    const StaffPerson *head = where ? staff_pick(staff, chance, "unit-head", where, a->day) : NULL;
    return head ? head : staff_pick(staff, chance, "case-handler", NULL, a->day);
}

static void answer(Answering *a, Chance *chance, int64_t id, const Json *fields)
{
    Str rule = json_get_str(fields, STR("rule"));
    int64_t unit = json_get_int(fields, STR("unit"), 0);

    Json form = json_obj();
    bool corrected = chance_permille(chance, 350);
    bool disputed = !corrected && chance_permille(chance, 80);
    form_c(a->plan, &form, "answer_kind", corrected ? "corrected" : disputed ? "disputed" : "explained");
    form_str(a->plan, &form, "answer",
             words_pick(a->options->words, chance, corrected ? "finding_corrected" : "finding.answers"));
    add(a, chance, id, answerer(a, chance, rule, unit), "answer", form);
}

static void review(Answering *a, Chance *chance, int64_t id, bool first_round, uint32_t fate)
{
    Json form = json_obj();
    const StaffPerson *who = staff_pick(a->options->staff, chance, "supervisor", NULL, a->day);
    if (first_round && fate < 50) {
        form_str(a->plan, &form, "note", words_pick(a->options->words, chance, "finding.returns"));
        add(a, chance, id, who, "return", form);
    } else if (fate < 80) {
        form_str(a->plan, &form, "note", words_pick(a->options->words, chance, "finding_dismiss"));
        add(a, chance, id, who, "dismiss", form);
    } else {
        add(a, chance, id, who, "accept", form);
    }
}

static void consider(Answering *a, int64_t id, Str stage, Day opened, const Json *fields)
{
    /* The same dice every morning; what depends on the day takes its own. */
    Chance fixed = chance_new(a->options->seed ^ (uint64_t)id, "finding");
    Chance today = chance_new(a->options->seed ^ (uint64_t)id ^ ((uint64_t)a->day << 40), "today");
    const LawCalendar *calendar = a->options->hours.calendar;
    uint32_t fate = chance_below(&fixed, 1000);
    /* What people registered by hand is told in demo/plans. */
    if (str_eq(json_get_str(fields, STR("kind")), STR("manual")))
        return;
    int answer_after = 1 + (int)chance_below(&fixed, 5);
    int review_after = answer_after + 1 + (int)chance_below(&fixed, 6);
    if (fate >= 960)
        answer_after += 6; /* some are answered late, which only marks them */
    if (str_eq(stage, STR("to-answer")) && a->day >= law_add_workdays(calendar, opened, answer_after, NULL))
        answer(a, &today, id, fields);
    else if (str_eq(stage, STR("to-review")) && a->day >= law_add_workdays(calendar, opened, review_after, NULL))
        review(a, &today, id, json_get_int(fields, STR("rounds"), 1) == 1, fate);
}

Rc run_findings(Db *db, int64_t j, const RunOptions *options, Plan *scratch, Day day, RunActs *ret, Err *err)
{
    CLEANUP(db_endp) DbRows *rows = NULL;
    bool more = false;
    Answering a = { .options = options, .plan = scratch, .day = day, .acts = ret };
    if (!law_is_workday(options->hours.calendar, day))
        return RC_OK;
    DbValue params[] = { DBI(j) };
    TRY(db_query(db, SQL_OPEN, params, ARRAY_LEN(params), &rows, err));
    TRY(db_next(rows, &more, err));
    while (more) {
        Json fields;
        TRY(json_parse(scratch->arena, db_str(rows, 3), &fields, err));
        consider(&a, db_int(rows, 0), db_str(rows, 1), (Day)db_int(rows, 2), &fields);
        TRY(db_next(rows, &more, err));
    }
    return RC_OK;
}
