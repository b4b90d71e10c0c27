#include "core/law/clock.h"
#include "core/law/pack_procedure.h"

typedef struct ClockKeys {
    Str title;
    const YamlNode *start;
    const YamlNode *stop;
    const YamlNode *pause;
    const YamlNode *resume;
    const YamlNode *cancel;
    const YamlNode *length;
    const YamlNode *length_of;
    bool roll;
    const YamlNode *basis;
    Str note;
    const YamlNode *extend;
    const YamlNode *warn;
    const YamlNode *due;
    const YamlNode *overdue;
} ClockKeys;

static const KeySpec clock_keys[] = {
    KEY_REQUIRED(ClockKeys, title, KEY_TEXT),
    KEY_REQUIRED(ClockKeys, start, KEY_LIST),
    KEY(ClockKeys, stop, KEY_LIST),
    KEY(ClockKeys, pause, KEY_LIST),
    KEY(ClockKeys, resume, KEY_LIST),
    KEY(ClockKeys, cancel, KEY_LIST),
    KEY_REQUIRED(ClockKeys, length, KEY_SCALAR),
    KEY(ClockKeys, length_of, KEY_SCALAR),
    KEY(ClockKeys, roll, KEY_BOOL),
    KEY_REQUIRED(ClockKeys, basis, KEY_SCALAR),
    KEY(ClockKeys, note, KEY_TEXT),
    KEY(ClockKeys, extend, KEY_MAP),
    KEY(ClockKeys, warn, KEY_LIST),
    KEY(ClockKeys, due, KEY_MAP),
    KEY_REQUIRED(ClockKeys, overdue, KEY_ANY),
};

/* ---- length ---- */

static const struct {
    const char *one;
    const char *many;
    LawUnit unit;
} unit_words[] = {
    { "minute", "minutes", LAW_MINUTES },
    { "hour", "hours", LAW_HOURS },
    { "working hour", "working hours", LAW_WORKING_HOURS },
    { "day", "days", LAW_DAYS },
    { "working day", "working days", LAW_WORKING_DAYS },
    { "month", "months", LAW_MONTHS },
    { "year", "years", LAW_YEARS },
};

static void read_length(ProcedureReader *r, const YamlNode *node, LawClock *clock)
{
    Str word;
    int64_t n;
    bool number = str_to_i64(str_cut(node->text, ' ', &word), &n);
    word = str_trim(word);
    for (size_t i = 0; number && i < ARRAY_LEN(unit_words); i++) {
        if (!str_eq_c(word, unit_words[i].one) && !str_eq_c(word, unit_words[i].many))
            continue;
        clock->unit = unit_words[i].unit;
        if (n >= 1 && n <= clock_length_max(clock->unit)) {
            clock->length = (int32_t)n;
            return;
        }
        pack_issue(r->l, pack_at(node), STR_NONE, "a length in %s is 1 to %d", unit_words[i].many,
                   clock_length_max(clock->unit));
        return;
    }
    pack_issue(r->l, pack_at(node),
               STR("write a number and minutes, hours, working hours, days, working days, months or years"),
               "'%.*s' is not a length", STR_ARG(node->text));
}

/* ---- the parts of a clock ---- */

static uint64_t read_events(ProcedureReader *r, const YamlNode *list, size_t index, size_t bits_offset)
{
    const YamlNode **items;
    size_t n = pack_read_list(r->l, list, STR("an act"), &items);
    for (size_t i = 0; i < n; i++) {
        LawAct *act = procedure_act(r, items[i]);
        if (act)
            *(uint64_t *)(void *)((char *)act + bits_offset) |= UINT64_C(1) << index;
    }
    return n;
}

typedef struct ExtendKeys {
    const YamlNode *act;
    const YamlNode *by;
} ExtendKeys;

static const KeySpec extend_keys[] = { KEY_REQUIRED(ExtendKeys, act, KEY_SCALAR),
                                       KEY_REQUIRED(ExtendKeys, by, KEY_SCALAR) };

static void read_extend(ProcedureReader *r, const YamlNode *node, size_t index, LawClock *clock)
{
    ExtendKeys keys = { 0 };
    if (!node || !pack_read_keys(r->l, node, STR("extend"), extend_keys, ARRAY_LEN(extend_keys), &keys) || !keys.act)
        return;
    LawAct *act = procedure_act(r, keys.act);
    if (act)
        act->extends |= UINT64_C(1) << index;
    clock->extend_by = procedure_compile(r, keys.by, act ? &act->reads : NULL);
}

static bool parse_percent(Str text, int64_t *ret)
{
    return str_ends(text, STR("%")) && str_to_i64(str_slice(text, 0, text.n - 1), ret) && *ret >= 1 && *ret <= 100;
}

static void read_warn(ProcedureReader *r, const YamlNode *node, LawClock *clock)
{
    if (!node || !pack_check_count(r->l, node, node->n, LAW_WARN_MAX, "warnings"))
        return;
    for (size_t i = 0; i < node->n; i++) {
        int64_t percent = 0;
        const YamlNode *item = node->items[i];
        if (item->kind != YAML_SCALAR || !parse_percent(item->text, &percent))
            pack_issue(r->l, pack_at(item), STR("write 1% to 100%"), "a warning is a share of the term");
        else if (clock->n_warn > 0 && percent <= clock->warn_percent[clock->n_warn - 1])
            pack_issue(r->l, pack_at(item), STR_NONE, "warnings must be in ascending order");
        else
            clock->warn_percent[clock->n_warn++] = (int)percent;
    }
}

typedef struct DueKeys {
    const YamlNode *act;
} DueKeys;

static const KeySpec due_keys[] = { KEY_REQUIRED(DueKeys, act, KEY_SCALAR) };

static void read_due(ProcedureReader *r, const YamlNode *node, LawClock *clock)
{
    DueKeys keys = { 0 };
    if (!node || !pack_read_keys(r->l, node, STR("due"), due_keys, ARRAY_LEN(due_keys), &keys) || !keys.act)
        return;
    const LawAct *act = procedure_act(r, keys.act);
    if (!act)
        return;
    clock->due_act = act->id;
    if (!act->by_system)
        pack_issue(r->l, pack_at(keys.act), STR("add `system` to the act's `by`"),
                   "the system performs '%.*s' when the term ends, but may not", STR_ARG(act->id));
    for (size_t i = 0; i < act->n_form; i++) {
        if (act->form[i].required && !act->form[i].preset.expr)
            pack_issue(r->l, pack_at(keys.act), STR("give the field a `default`"),
                       "the system performs '%.*s', which requires the field '%.*s'", STR_ARG(act->id),
                       STR_ARG(act->form[i].field->id));
    }
}

typedef struct OverdueKeys {
    const YamlNode *rule;
} OverdueKeys;

static const KeySpec overdue_keys[] = { KEY_REQUIRED(OverdueKeys, rule, KEY_SCALAR) };

static void read_overdue(ProcedureReader *r, const YamlNode *node, LawClock *clock)
{
    OverdueKeys keys = { 0 };
    if (!node || (node->kind == YAML_SCALAR && str_eq_c(node->text, "none")))
        return;
    if (node->kind != YAML_MAP) {
        pack_issue(r->l, pack_at(node), STR("write {rule: id}, or none for a party's own term"),
                   "'overdue' says which rule is broken when the term ends");
        return;
    }
    if (!pack_read_keys(r->l, node, STR("overdue"), overdue_keys, ARRAY_LEN(overdue_keys), &keys) || !keys.rule)
        return;
    PackRule *rule = pack_find_rule(r->l, keys.rule);
    if (rule)
        clock->overdue = &rule->rule;
}

static void read_clock(ProcedureReader *r, const ClockKeys *keys, size_t index)
{
    Loader *l = r->l;
    LawClock *clock = &r->clocks[index];
    read_events(r, keys->start, index, offsetof(LawAct, starts));
    size_t ends = read_events(r, keys->stop, index, offsetof(LawAct, stops)) +
                  read_events(r, keys->cancel, index, offsetof(LawAct, cancels));
    size_t pauses = read_events(r, keys->pause, index, offsetof(LawAct, pauses));
    size_t resumes = read_events(r, keys->resume, index, offsetof(LawAct, resumes));
    if ((pauses > 0) != (resumes > 0))
        pack_issue(l, clock->at, STR("give both `pause` and `resume`"), "clock '%.*s' is %s", STR_ARG(clock->id),
                   pauses > 0 ? "paused but never resumed" : "resumed but never paused");
    if (ends == 0 && !keys->due)
        pack_issue(l, clock->at, STR("add `stop`, `cancel` or `due`"), "nothing ends clock '%.*s'", STR_ARG(clock->id));
    if (keys->length)
        read_length(r, keys->length, clock);
    clock->length_of = procedure_compile(r, keys->length_of, NULL);
    for (size_t i = 0; keys->length_of && i < r->p->n_acts; i++) {
        if (r->acts[i].starts & UINT64_C(1) << index)
            procedure_add_reads(r, clock->length_of, &r->acts[i].reads);
    }
    pack_read_basis(l, keys->basis, clock->note, &clock->basis);
    read_extend(r, keys->extend, index, clock);
    read_warn(r, keys->warn, clock);
    read_due(r, keys->due, clock);
    read_overdue(r, keys->overdue, clock);
}

void procedure_read_clocks(ProcedureReader *r, const YamlNode *map)
{
    Loader *l = r->l;
    if (!map || !pack_check_count(l, map, map->n, PACK_CLOCKS_MAX, "clocks"))
        return;
    r->clocks = ARENA_ARRAY(l->arena, LawClock, map->n + 1);
    r->p->clocks = r->clocks;
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        ClockKeys keys = { 0 };
        Str what = pack_printf(l, "clock '%.*s'", STR_ARG(pair->key));
        bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
        if (!pack_read_keys(l, pair->value, what, clock_keys, ARRAY_LEN(clock_keys), &keys) || !good)
            continue;
        r->clocks[r->p->n_clocks] = (LawClock){
            .id = pair->key, .title = keys.title, .roll = keys.roll, .note = keys.note, .at = pack_at_key(pair)
        };
        read_clock(r, &keys, r->p->n_clocks++);
    }
}
