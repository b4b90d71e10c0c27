#include <string.h>

#include "core/law/pack_procedure.h"

typedef struct ActKeys {
    Str title;
    Str say;
    bool open;
    bool correct;
    bool void_;
    bool reopen;
    bool merge;
    bool unmerge;
    const YamlNode *from;
    const YamlNode *to;
    const YamlNode *by;
    bool public_;
    const YamlNode *form;
    const YamlNode *when;
    const YamlNode *set;
    const YamlNode *rules;
    bool number;
    const YamlNode *documents;
    const YamlNode *spawn;
    const YamlNode *signal;
} ActKeys;

static const KeySpec act_keys[] = {
    KEY_REQUIRED(ActKeys, title, KEY_TEXT),
    KEY(ActKeys, say, KEY_TEXT),
    KEY(ActKeys, open, KEY_BOOL),
    KEY(ActKeys, correct, KEY_BOOL),
    { "void", KEY_BOOL, false, offsetof(ActKeys, void_) },
    KEY(ActKeys, reopen, KEY_BOOL),
    KEY(ActKeys, merge, KEY_BOOL),
    KEY(ActKeys, unmerge, KEY_BOOL),
    KEY(ActKeys, from, KEY_ANY),
    KEY(ActKeys, to, KEY_SCALAR),
    KEY(ActKeys, by, KEY_LIST),
    { "public", KEY_BOOL, false, offsetof(ActKeys, public_) },
    KEY(ActKeys, form, KEY_LIST),
    KEY(ActKeys, when, KEY_SCALAR),
    KEY(ActKeys, set, KEY_MAP),
    KEY(ActKeys, rules, KEY_LIST),
    KEY(ActKeys, number, KEY_BOOL),
    KEY(ActKeys, documents, KEY_LIST),
    KEY(ActKeys, spawn, KEY_ANY),
    KEY(ActKeys, signal, KEY_ANY),
};

/* ---- lookups ---- */

int procedure_stage(ProcedureReader *r, const YamlNode *node)
{
    const LawStage *stage = map_get(&r->stages_by, node->text);
    if (stage)
        return (int)(stage - r->stages);
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < r->p->n_stages; i++)
        pack_nearest_offer(&nearest, r->p->stages[i].id);
    pack_issue(r->l, pack_at(node), pack_nearest_hint(r->l->arena, &nearest, STR("add it to `stages`")),
               "there is no stage '%.*s'", STR_ARG(node->text));
    r->graph_broken = true;
    return -1;
}

LawAct *procedure_act(ProcedureReader *r, const YamlNode *node)
{
    LawAct *act = map_get(&r->acts_by, node->text);
    if (act)
        return act;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < r->p->n_acts; i++)
        pack_nearest_offer(&nearest, r->p->acts[i].id);
    pack_issue(r->l, pack_at(node), pack_nearest_hint(r->l->arena, &nearest, STR("add it to `acts`")),
               "there is no act '%.*s'", STR_ARG(node->text));
    return NULL;
}

/* ---- the parts of an act ---- */

static void read_kind(ProcedureReader *r, const ActKeys *keys, LawAct *act)
{
    const struct {
        bool given;
        LawActKind kind;
    } families[] = {
        { keys->open, LAW_ACT_OPEN },     { keys->correct, LAW_ACT_CORRECT }, { keys->void_, LAW_ACT_VOID },
        { keys->reopen, LAW_ACT_REOPEN }, { keys->merge, LAW_ACT_MERGE },     { keys->unmerge, LAW_ACT_UNMERGE },
    };
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (families[i].given) {
            act->kind = families[i].kind;
            n++;
        }
    }
    if (n > 1)
        pack_issue(r->l, act->at, STR("split it into several acts"),
                   "act '%.*s' belongs to %zu families: open, correct, void, reopen, merge, unmerge exclude each other",
                   STR_ARG(act->id), n);
}

static uint64_t stages_where(const LawProcedure *p, bool ends, bool others)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < p->n_stages; i++) {
        if (p->stages[i].end ? ends : others)
            bits |= UINT64_C(1) << i;
    }
    return bits;
}

static void read_from(ProcedureReader *r, const YamlNode *node, LawAct *act)
{
    Loader *l = r->l;
    bool plain = act->kind == LAW_ACT_PLAIN;
    if (act->kind == LAW_ACT_OPEN) {
        if (node)
            pack_issue(l, pack_at(node), STR("drop `from`"), "an act that opens a matter comes from no stage");
        return;
    }
    if (!node) {
        act->from = stages_where(r->p, true, act->kind != LAW_ACT_REOPEN);
        if (plain)
            pack_issue(l, act->at, STR("list the stages, or write `from: '*'` for every stage that is not an end"),
                       "'from' is missing in act '%.*s'", STR_ARG(act->id));
        return;
    }
    if (node->kind == YAML_SCALAR && str_eq_c(node->text, "*")) {
        act->from = act->kind == LAW_ACT_REOPEN ? stages_where(r->p, true, false) : stages_where(r->p, !plain, true);
        return;
    }
    if (node->kind != YAML_SEQ) {
        pack_issue(l, pack_at(node), STR("write [stage, ...] or '*'"), "'from' must be a list of stages");
        r->graph_broken = true;
        return;
    }
    const YamlNode **items;
    size_t n = pack_read_list(l, node, STR("a stage"), &items);
    for (size_t i = 0; i < n; i++) {
        int stage = procedure_stage(r, items[i]);
        if (stage >= 0)
            act->from |= UINT64_C(1) << stage;
    }
}

static void read_by(ProcedureReader *r, const ActKeys *keys, LawAct *act)
{
    Loader *l = r->l;
    const YamlNode **items;
    size_t n = pack_read_list(l, keys->by, STR("a role"), &items);
    Str *by = ARENA_ARRAY(l->arena, Str, n + 1);
    act->by_public = keys->public_;
    for (size_t i = 0; i < n; i++) {
        Str role = items[i]->text;
        if (str_eq_c(role, "public")) {
            act->by_public = true;
        } else if (str_eq_c(role, "system")) {
            act->by_system = true;
        } else if (map_get(&l->pack->roles_by_id, role)) {
            by[act->n_by++] = role;
        } else {
            Nearest nearest = pack_nearest(role);
            for (size_t k = 0; k < l->pack->n_roles; k++)
                pack_nearest_offer(&nearest, l->pack->roles[k].id);
            pack_issue(l, pack_at(items[i]),
                       pack_nearest_hint(l->arena, &nearest, STR("add it to `roles` in pack.yaml")),
                       "there is no role '%.*s'", STR_ARG(role));
        }
    }
    act->by = by;
    if (n == 0 && !act->by_public)
        pack_issue(l, act->at, STR("add `by: [role]`"), "nobody may perform act '%.*s'", STR_ARG(act->id));
}

typedef struct FormKeys {
    const YamlNode *id;
    const YamlNode *required;
    const YamlNode *default_;
    Str note;
} FormKeys;

static const KeySpec form_keys[] = { KEY_REQUIRED(FormKeys, id, KEY_SCALAR),
                                     KEY(FormKeys, required, KEY_SCALAR),
                                     { "default", KEY_SCALAR, false, offsetof(FormKeys, default_) },
                                     KEY(FormKeys, note, KEY_TEXT) };

/* "field", "field!" or a mapping. */
static bool read_form_field(ProcedureReader *r, const YamlNode *node, LawAct *act, LawFormField *ret)
{
    FormKeys keys = { 0 };
    YamlNode id = *node;
    bool required = false;
    if (node->kind == YAML_SCALAR) {
        required = str_ends(node->text, STR("!"));
        id.text = str_slice(node->text, 0, node->text.n - (required ? 1 : 0));
    } else if (pack_read_keys(r->l, node, STR("a form field"), form_keys, ARRAY_LEN(form_keys), &keys) && keys.id) {
        id = *keys.id;
    } else {
        return false;
    }
    const LawField *field = procedure_field(r, &id);
    if (!field)
        return false;
    *ret = (LawFormField){ .field = field, .required = required, .note = keys.note };
    bool always = keys.required && (str_eq_c(keys.required->text, "true") || str_eq_c(keys.required->text, "false"));
    if (always)
        ret->required = str_eq_c(keys.required->text, "true");
    else
        ret->required_when = procedure_compile(r, keys.required, &act->reads);
    ret->preset = procedure_compile(r, keys.default_, &act->reads);
    return true;
}

static void read_form(ProcedureReader *r, const YamlNode *node, LawAct *act)
{
    if (!node || !pack_check_count(r->l, node, node->n, PACK_FIELDS_MAX, "form fields"))
        return;
    LawFormField *form = ARENA_ARRAY(r->l->arena, LawFormField, node->n + 1);
    for (size_t i = 0; i < node->n; i++) {
        LawFormField *one = &form[act->n_form];
        if (!read_form_field(r, node->items[i], act, one))
            continue;
        bool twice = false;
        for (size_t k = 0; k < act->n_form; k++)
            twice = twice || form[k].field == one->field;
        if (twice)
            pack_issue(r->l, pack_at(node->items[i]), STR("once is enough"), "'%.*s' is in the form twice",
                       STR_ARG(one->field->id));
        else
            act->n_form++;
    }
    act->form = form;
}

static void read_set(ProcedureReader *r, const YamlNode *node, LawAct *act)
{
    if (!node || !pack_check_count(r->l, node, node->n, PACK_FIELDS_MAX, "fields"))
        return;
    LawSet *set = ARENA_ARRAY(r->l->arena, LawSet, node->n + 1);
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        YamlNode key = {
            .kind = YAML_SCALAR, .path = pair->path, .line = pair->line, .col = pair->col, .text = pair->key
        };
        const LawField *field = procedure_field(r, &key);
        if (pair->value->kind != YAML_SCALAR || pair->value->text.n == 0)
            pack_issue(r->l, pack_at(pair->value), STR_NONE, "'%.*s' must be set to an expression", STR_ARG(pair->key));
        else if (field)
            set[act->n_set++] = (LawSet){ .field = field, .value = procedure_compile(r, pair->value, &act->reads) };
    }
    act->set = set;
}

static void merge_reads(LawReadPlan *into, LawReadPlan from)
{
    into->clocks = into->clocks || from.clocks;
    into->links = into->links || from.links;
    into->history = into->history || from.history;
    into->persons = into->persons || from.persons;
}

/* A rule is compiled once a procedure, however many acts it guards. */
static const ProcedureRule *use_rule(ProcedureReader *r, PackRule *rule)
{
    ProcedureRule *known = map_get(&r->rule_uses, rule->rule.id);
    if (known)
        return known;
    ProcedureRule *use = ARENA_NEW(r->l->arena, ProcedureRule);
    use->use.rule = &rule->rule;
    use->use.applies = procedure_compile_rule(r, rule->applies, &use->reads);
    use->use.check = procedure_compile_rule(r, rule->check, &use->reads);
    use->use.got = procedure_compile_rule(r, rule->got, &use->reads);
    rule->used = true;
    if (rule->rule.field.n > 0 && map_get(&r->fields_by, rule->rule.field))
        rule->field_found = true;
    map_put(&r->rule_uses, rule->rule.id, use);
    return use;
}

static void read_rules(ProcedureReader *r, const YamlNode *node, LawAct *act)
{
    const YamlNode **items;
    size_t n = pack_read_list(r->l, node, STR("a rule"), &items);
    LawRuleUse *uses = ARENA_ARRAY(r->l->arena, LawRuleUse, n + 1);
    for (size_t i = 0; i < n; i++) {
        PackRule *rule = pack_find_rule(r->l, items[i]);
        if (!rule)
            continue;
        const ProcedureRule *use = use_rule(r, rule);
        uses[act->n_rules++] = use->use;
        merge_reads(&act->reads, use->reads);
    }
    act->rules = uses;
}

static void read_documents(ProcedureReader *r, const YamlNode *node, LawAct *act)
{
    const YamlNode **items;
    size_t n = pack_read_list(r->l, node, STR("a document"), &items);
    const LawDocument **documents = ARENA_ARRAY(r->l->arena, const LawDocument *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const LawDocument *document = map_get(&r->documents_by, items[i]->text);
        if (document) {
            documents[act->n_documents++] = document;
            continue;
        }
        Nearest nearest = pack_nearest(items[i]->text);
        for (size_t k = 0; k < r->p->n_documents; k++)
            pack_nearest_offer(&nearest, r->p->documents[k].id);
        pack_issue(r->l, pack_at(items[i]),
                   pack_nearest_hint(r->l->arena, &nearest, STR("add it to `documents` of the procedure")),
                   "there is no document '%.*s'", STR_ARG(items[i]->text));
    }
    act->documents = documents;
}

/* ---- all acts ---- */

static void read_act(ProcedureReader *r, const ActKeys *keys, LawAct *act)
{
    read_kind(r, keys, act);
    read_from(r, keys->from, act);
    act->to = keys->to ? procedure_stage(r, keys->to) : -1;
    if (!keys->to && (act->kind == LAW_ACT_OPEN || act->kind == LAW_ACT_REOPEN)) {
        r->graph_broken = true;
        pack_issue(r->l, act->at, STR("add `to: stage`"), "act '%.*s' must say which stage it leads to",
                   STR_ARG(act->id));
    }
    read_by(r, keys, act);
    act->when = procedure_compile(r, keys->when, &act->reads);
    read_form(r, keys->form, act);
    read_set(r, keys->set, act);
    read_rules(r, keys->rules, act);
    act->numbers = keys->number;
    if (keys->number && r->p->number.text.n == 0)
        pack_issue(r->l, act->at, STR("add `number: {series: ..., text: ...}` to the procedure"),
                   "act '%.*s' allots a number, but the procedure has none", STR_ARG(act->id));
    read_documents(r, keys->documents, act);
    act->n_spawn = procedure_read_follows(r, keys->spawn, true, act, &act->spawn);
    act->n_signal = procedure_read_follows(r, keys->signal, false, act, &act->signal);
    act->reads.links = act->reads.links || act->n_signal > 0;
}

void procedure_read_acts(ProcedureReader *r, const YamlNode *map)
{
    Loader *l = r->l;
    if (!map || !pack_check_count(l, map, map->n, PACK_ACTS_MAX, "acts"))
        return;
    r->acts = ARENA_ARRAY(l->arena, LawAct, map->n + 1);
    ActKeys *keys = ARENA_ARRAY(l->arena, ActKeys, map->n + 1);
    memset(keys, 0, (map->n + 1) * sizeof *keys);
    r->p->acts = r->acts;
    for (size_t i = 0; i < map->n; i++) {
        const YamlPair *pair = &map->pairs[i];
        size_t n = r->p->n_acts;
        Str what = pack_printf(l, "act '%.*s'", STR_ARG(pair->key));
        bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
        if (!pack_read_keys(l, pair->value, what, act_keys, ARRAY_LEN(act_keys), &keys[n]) || !good) {
            r->graph_broken = true;
            continue;
        }
        r->acts[n] =
            (LawAct){ .id = pair->key, .title = keys[n].title, .say = keys[n].say, .to = -1, .at = pack_at_key(pair) };
        map_put(&r->acts_by, pair->key, &r->acts[n]);
        r->p->n_acts++;
    }
    for (size_t i = 0; i < r->p->n_acts; i++)
        read_act(r, &keys[i], &r->acts[i]);
}
