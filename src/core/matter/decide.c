#include "core/matter/decide.h"

#include "core/law/tables.h"
#include "core/matter/decide_internal.h"

const char *const verdict_names[4] = { "complied", "violated", "undecided", "not-applicable" };

const char *decision_stop_name(DecisionStop stop)
{
    static const char *const names[] = { "none",   "unknown-act", "stage",  "role", "when",
                                         "target", "sheet",       "future", "rules" };
    return names[stop];
}

void deciding_effect(Deciding *d, Effect effect)
{
    Effects one = { .items = &effect, .n = 1 };
    effects_add(d->arena, &d->out->effects, effect);
    matter_fold(d->arena, &d->core, d->graph, &one, d->out->eff_day);
}

MatterEnv *deciding_rules_env(Deciding *d)
{
    return d->rules == d->graph ? &d->env : &d->rules_env;
}

static void env_changed(Deciding *d)
{
    env_reset(&d->env);
    if (d->rules != d->graph)
        env_reset(&d->rules_env);
}

/* ---- who and when ---- */

static Str acting_role(const DecideInput *in, const LawAct *act, Day on)
{
    if (in->actor == ACTOR_SYSTEM)
        return act->by_system || in->mode != ACT_DO ? STR("system") : STR_NONE;
    if (in->actor == ACTOR_PUBLIC)
        return act->by_public ? STR("public") : STR_NONE;
    const DirPerson *person = dir_person(in->dir, in->actor);
    for (size_t i = 0; person && i < act->n_by; i++)
        if (dir_has_role(person, act->by[i], on))
            return act->by[i];
    /* What happened elsewhere is typed in by whoever may work here at all. */
    for (size_t i = 0; person && in->mode != ACT_DO && i < person->n_roles; i++)
        if (dir_has_role(person, person->roles[i].role, on))
            return person->roles[i].role;
    return STR_NONE;
}

static DecisionStop check_target(const DecideInput *in, const LawAct *act)
{
    switch (act->kind) {
    case LAW_ACT_CORRECT:
    case LAW_ACT_VOID: return in->target_eff_at ? STOP_NONE : STOP_TARGET;
    case LAW_ACT_MERGE:
        return in->merge_into && in->merge_into != in->matter->id && !in->matter->core.merged_into ? STOP_NONE
                                                                                                   : STOP_TARGET;
    case LAW_ACT_UNMERGE: return in->matter->core.merged_into ? STOP_NONE : STOP_TARGET;
    default: return STOP_NONE;
    }
}

/* Stage and role: whether the procedure lets this actor do this act now. Facts that happened elsewhere are taken in at
 * any stage. */
static DecisionStop check_procedure(Deciding *d)
{
    const DecideInput *in = d->in;
    Day today = instant_day(in->now_ms, in->pack->zone_minutes);
    if ((d->act->kind == LAW_ACT_OPEN) != (in->matter == NULL))
        return STOP_STAGE;
    if (in->happened_at > in->now_ms)
        return STOP_FUTURE;
    d->out->role = acting_role(in, d->act, today);
    if (!d->out->role.n)
        return STOP_ROLE;
    if (in->matter && in->mode == ACT_DO) {
        int stage = law_stage(d->graph, in->matter->core.stage);
        if (stage < 0 || !(d->act->from >> stage & 1))
            return STOP_STAGE;
    }
    return in->matter ? check_target(in, d->act) : STOP_NONE;
}

/* ---- taking the form in ---- */

static bool is_engine_field(const LawAct *act, const LawField *field)
{
    bool targeted = act->kind == LAW_ACT_CORRECT || act->kind == LAW_ACT_VOID;
    return (targeted && str_eq(field->id, STR("version"))) ||
           (act->kind == LAW_ACT_MERGE && str_eq(field->id, STR("into")));
}

static void take_personal(Deciding *d, const LawField *field, const Json *value, PersonalValue *slot)
{
    if (value->type == JSON_NULL) {
        deciding_effect(d, (Effect){ .kind = EFFECT_SET, .name = field->id });
        return;
    }
    *slot = (PersonalValue){ .role = field->personal, .field = field, .value = *value };
    d->out->n_personal++;
    deciding_effect(d, (Effect){ .kind = EFFECT_COMMIT, .name = field->id });
}

static bool differs(const Deciding *d, const LawField *field, const Json *value)
{
    const Json *stands = json_get(&d->core.fields, field->id);
    return stands ? !json_equal(value, stands) : value->type != JSON_NULL;
}

static void take_form(Deciding *d)
{
    const Json *form = d->in->form;
    PersonalValue *personal = ARENA_ARRAY(d->arena, PersonalValue, form->n);
    d->out->personal = personal;
    for (size_t i = 0; i < d->act->n_form; i++) {
        const LawField *field = d->act->form[i].field;
        const Json *value = json_get(form, field->id);
        bool unsaid = !value || (value->type == JSON_NULL && d->act->kind == LAW_ACT_CORRECT);
        if (unsaid || is_engine_field(d->act, field))
            continue;
        if (field->personal.n)
            take_personal(d, field, value, &personal[d->out->n_personal]);
        else if (differs(d, field, value))
            deciding_effect(d, (Effect){ .kind = EFFECT_SET, .name = field->id, .value = *value });
    }
}

static int64_t known_subject(const DecideInput *in, Str role)
{
    for (size_t i = 0; i < in->n_known; i++)
        if (str_eq(in->known[i].role, role))
            return in->known[i].subject;
    return 0;
}

/* A personal value belongs to a subject; the first one of a role makes that subject a party of the matter. */
static void take_parties(Deciding *d)
{
    const Decision *out = d->out;
    for (size_t i = 0; i < out->n_personal; i++) {
        Str role = out->personal[i].role;
        bool there = d->in->matter && matter_subject(d->in->matter, role);
        for (size_t k = 0; k < i && !there; k++)
            there = str_eq(out->personal[k].role, role);
        if (!there)
            deciding_effect(d, (Effect){ .kind = EFFECT_PARTY, .name = role, .a = known_subject(d->in, role) });
    }
}

static Rc run_sets(Deciding *d, Err *err)
{
    env_changed(d);
    for (size_t i = 0; i < d->act->n_set; i++) {
        const LawSet *set = &d->act->set[i];
        Json value;
        env_changed(d);
        TRY(env_to_json(d->arena, set->field, env_eval(&d->env, set->value, NULL), &value, err));
        if (differs(d, set->field, &value))
            deciding_effect(d, (Effect){ .kind = EFFECT_SET, .name = set->field->id, .value = value });
    }
    env_changed(d);
    return RC_OK;
}

/* What the tables gave, by the pack that also judges: the row kept is the one that the rules saw. */
static Rc keep_rows(Deciding *d, Err *err)
{
    const TableFound *found = NULL;
    size_t n = d->rules_act->keeps_rows ? env_tables(deciding_rules_env(d), d->rules_act->keeps_rows, &found) : 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < found[i].use->n_keep; k++) {
            const LawTableKeep *keep = &found[i].use->keep[k];
            const LawField *field = law_field(d->graph, keep->field->id);
            const FeelValue *value = feel_get(found[i].row, keep->entry);
            Json json;
            if (!field)
                continue; /* a matter of an older form */
            TRY(env_to_json(d->arena, field, value ? *value : feel_null(), &json, err));
            if (differs(d, field, &json))
                deciding_effect(d, (Effect){ .kind = EFFECT_SET, .name = field->id, .value = json });
        }
    }
    env_changed(d);
    return RC_OK;
}

/* ---- what the accepted act changes ---- */

static void change_names(Deciding *d)
{
    Str title = env_text(&d->env, d->graph->title_of);
    if (d->graph->title_of.expr && !str_eq(title, d->core.title))
        deciding_effect(d, (Effect){ .kind = EFFECT_TITLE, .text = title });
    Str kind = env_text(&d->env, d->graph->kind_of);
    if (d->graph->kind_of.expr && !str_eq(kind, d->core.kind))
        deciding_effect(d, (Effect){ .kind = EFFECT_KIND, .text = kind });
}

static void change_stage(Deciding *d)
{
    if (d->act->to < 0)
        return;
    const LawStage *to = &d->graph->stages[d->act->to];
    /* Said also when it is at that stage already: what brought it there may be voided later. Filing a closed matter
     * away does not change how it ended. */
    Str outcome = to->end && !to->outcome.n ? d->core.outcome : to->outcome;
    deciding_effect(d, (Effect){ .kind = EFFECT_STAGE, .name = to->id, .text = to->end ? outcome : STR_NONE });
}

static int act_year(const Deciding *d)
{
    return day_to_civil(d->out->eff_day).year;
}

static void change_number(Deciding *d)
{
    const LawNumber *number = &d->rules->number;
    bool has = d->in->matter && d->in->matter->number.n;
    if (d->act->numbers && !has && number->series.n)
        deciding_effect(
            d, (Effect){ .kind = EFFECT_NUMBER, .name = number->series, .text = number->text, .a = act_year(d) });
}

static void issue_documents(Deciding *d)
{
    int64_t id = d->in->matter ? d->in->matter->n_documents : 0;
    for (size_t i = 0; i < d->rules_act->n_documents; i++) {
        const LawDocument *doc = d->rules_act->documents[i];
        Json row = json_obj();
        if (doc->number.series.n) {
            json_add(d->arena, &row, STR("series"), json_str(doc->number.series));
            json_add(d->arena, &row, STR("year"), json_int(act_year(d)));
        }
        deciding_effect(
            d, (Effect){ .kind = EFFECT_DOCUMENT, .name = doc->id, .text = doc->number.text, .a = ++id, .value = row });
    }
}

static void use_sheet(Deciding *d)
{
    int64_t sheet = json_get_int(d->in->form, STR("sheet"), 0);
    /* A record may name a sheet that is not to be had; the fact stands, but the sheet is not used twice. */
    if (d->graph->n_sheets && sheet && d->in->sheet_ok)
        deciding_effect(
            d, (Effect){
                   .kind = EFFECT_SHEET, .name = d->graph->sheets[0].id, .text = STR("used"), .a = sheet, .b = sheet });
}

/* What never began has no terms. */
static void cancel_clocks(Deciding *d)
{
    const Matter *m = d->in->matter;
    for (size_t i = 0; i < m->n_clocks; i++) {
        MatterClock clock = m->clocks[i];
        if (clock.state != CLOCK_RUNNING && clock.state != CLOCK_PAUSED && clock.state != CLOCK_OVERDUE)
            continue;
        clock.state = CLOCK_CANCELLED;
        clock.fire_at = INT64_MAX;
        deciding_effect(
            d, (Effect){ .kind = EFFECT_CLOCK, .name = clock.id, .value = matter_clock_to_json(d->arena, &clock) });
    }
}

static void special_effects(Deciding *d)
{
    const DecideInput *in = d->in;
    if (d->act->kind == LAW_ACT_VOID) {
        int64_t version = json_get_int(in->form, STR("version"), 0);
        deciding_effect(d, (Effect){ .kind = EFFECT_VOID, .a = version });
        if (version == 1)
            cancel_clocks(d);
    }
    if (d->act->kind == LAW_ACT_MERGE) {
        deciding_effect(d, (Effect){ .kind = EFFECT_MERGE, .a = in->merge_into });
        deciding_effect(d, (Effect){ .kind = EFFECT_LINK, .name = STR("merged"), .a = in->merge_into });
    }
    if (d->act->kind == LAW_ACT_UNMERGE)
        deciding_effect(d, (Effect){ .kind = EFFECT_MERGE, .a = 0 });
}

static Rc accept(Deciding *d, Err *err)
{
    d->out->kind = DECISION_ACCEPTED;
    take_parties(d);
    special_effects(d);
    change_stage(d);
    env_changed(d);
    change_names(d);
    change_number(d);
    issue_documents(d);
    use_sheet(d);
    Str timely[MATTER_CLOCKS_MAX];
    size_t n_timely = 0;
    TRY(clockwork_act(&d->env, deciding_rules_env(d), d->act, &d->out->effects, timely, &n_timely, err));
    decide_findings(d);
    decide_close_findings(d, timely, n_timely);
    return decide_follows(d, err);
}

/* ---- the decision ---- */

static MatterEnv new_env(const Deciding *d, const LawPack *owner, const LawProcedure *procedure)
{
    const DecideInput *in = d->in;
    return (MatterEnv){ .pack = in->pack,
                        .owner = owner,
                        .procedure = procedure,
                        .dir = in->dir,
                        .matter = in->matter,
                        .core = &d->core,
                        .form = in->form,
                        .history = in->history,
                        .actor = in->actor,
                        .role = d->out->role,
                        .mode = in->mode,
                        .happened_at = in->happened_at,
                        .now_ms = in->now_ms,
                        .has_act = true,
                        .arena = d->arena };
}

static void deciding_init(Deciding *d, Arena *arena, const DecideInput *in, Decision *out)
{
    *d = (Deciding){ .arena = arena, .in = in, .out = out };
    d->graph = in->matter ? in->matter->procedure : in->procedure;
    const LawProcedure *now = law_procedure(in->pack, d->graph->id);
    d->rules = now ? now : d->graph;
    out->procedure = d->graph;
    out->eff_at = in->happened_at;
    const MatterCore *stands = in->past_core ? in->past_core : in->matter ? &in->matter->core : NULL;
    d->core = stands ? matter_core_copy(arena, stands) : matter_core_new();
}

static void envs_init(Deciding *d)
{
    d->env = new_env(d, d->in->matter ? d->in->matter->pack : d->in->pack, d->graph);
    env_init(&d->env);
    if (d->rules == d->graph)
        return;
    d->rules_env = new_env(d, d->in->pack, d->rules);
    env_init(&d->rules_env);
}

/* The act's own condition is about the matter as it is, not about what the form would make of it. */
static bool is_wanted(Deciding *d)
{
    return !d->act->when.expr || d->in->mode != ACT_DO || feel_is_true(env_eval(&d->env, d->act->when, NULL));
}

static void stop(Decision *out, DecisionStop why)
{
    out->kind = DECISION_REFUSED;
    out->stop = why;
}

Rc matter_decide(Arena *arena, const DecideInput *in, Decision *ret, Err *err)
{
    Decision out = { .kind = DECISION_REFUSED };
    Deciding d;
    deciding_init(&d, arena, in, &out);
    d.act = law_act(d.graph, in->act);
    out.act = d.act;
    out.stop = d.act ? check_procedure(&d) : STOP_UNKNOWN_ACT;
    if (out.stop != STOP_NONE && !(in->preview && d.act)) {
        *ret = out;
        return RC_OK;
    }
    if (d.act->kind == LAW_ACT_CORRECT && in->target_eff_at)
        out.eff_at = in->target_eff_at;
    out.eff_day = instant_day(out.eff_at, in->pack->zone_minutes);
    d.rules_act = law_act(d.rules, in->act);
    if (!d.rules_act)
        d.rules_act = d.act;

    if (!in->matter)
        deciding_effect(&d, (Effect){ .kind = EFFECT_OPEN, .name = d.graph->id });
    envs_init(&d);
    if (!is_wanted(&d)) {
        stop(&out, STOP_WHEN);
        *ret = out;
        return RC_OK;
    }
    FormCheck check = { .arena = arena, .pack = in->pack, .dir = in->dir, .on = out.eff_day, .faults = &out.faults };
    form_check_values(&check, d.act, in->form);
    if (out.faults.n && !in->preview) {
        out.kind = DECISION_INVALID;
        *ret = out;
        return RC_OK;
    }
    take_form(&d);
    TRY(run_sets(&d, err));
    TRY(keep_rows(&d, err));
    form_check_required(&d.env, d.act, in->form, &out.faults);
    form_check_report(&d.env, d.act, &out.faults);
    if (in->preview)
        out.n_tables = env_tables(deciding_rules_env(&d), d.rules_act->tables, &out.tables);
    if (out.faults.n && !in->preview) {
        out.kind = DECISION_INVALID;
    } else if (d.graph->n_sheets && json_get(in->form, STR("sheet")) && !in->sheet_ok && in->mode == ACT_DO) {
        stop(&out, STOP_SHEET);
    } else if (!decide_verdicts(&d)) {
        stop(&out, STOP_RULES);
    } else if (!in->preview) {
        TRY(accept(&d, err));
    }
    if (out.kind != DECISION_ACCEPTED)
        out.effects = (Effects){ 0 };
    *ret = out;
    return RC_OK;
}

Rc matter_decide_fire(Arena *arena, const DecideInput *in, const MatterClock *clock, Decision *ret, Err *err)
{
    Decision out = { .kind = DECISION_ACCEPTED, .role = STR("system") };
    Deciding d;
    deciding_init(&d, arena, in, &out);
    out.eff_day = instant_day(out.eff_at, in->pack->zone_minutes);
    envs_init(&d);
    const LawClock *def = law_clock(d.rules, clock->id, NULL);
    if (!def)
        def = law_clock(d.graph, clock->id, NULL);
    if (!def)
        return err_set(err, RC_CORRUPT, "no pack defines clock %.*s", STR_ARG(clock->id));
    int percent = 0;
    MatterClock next = clockwork_fire(in->pack, clock, def, &percent);
    deciding_effect(&d,
                    (Effect){ .kind = EFFECT_CLOCK, .name = clock->id, .value = matter_clock_to_json(arena, &next) });
    if (percent == 100 && def->overdue && law_rule_effect(in->pack, def->overdue) != LAW_RECORD)
        decide_finding(&d, def->overdue, clock_relation(arena, clock));
    if (percent == 100 && def->due_act.n)
        deciding_effect(&d, (Effect){ .kind = EFFECT_SIGNAL,
                                      .name = STR("due"),
                                      .text = def->due_act,
                                      .a = in->matter->id,
                                      .value = json_obj() });
    *ret = out;
    return RC_OK;
}
