/* Acts that lead to acts on other matters: `spawn` opens one, `signal` performs an act on linked ones. What they name
 * lies in other files, so it is looked up when all procedures are there. */
#include "core/law/pack_procedure.h"

typedef struct FollowKeys {
    const YamlNode *procedure;
    const YamlNode *act;
    const YamlNode *link;
    const YamlNode *when;
    const YamlNode *set;
} FollowKeys;

static const KeySpec spawn_keys[] = {
    KEY_REQUIRED(FollowKeys, procedure, KEY_SCALAR),
    KEY_REQUIRED(FollowKeys, act, KEY_SCALAR),
    KEY_REQUIRED(FollowKeys, link, KEY_SCALAR),
    KEY(FollowKeys, when, KEY_SCALAR),
    KEY(FollowKeys, set, KEY_MAP),
};
static const KeySpec signal_keys[] = {
    KEY_REQUIRED(FollowKeys, act, KEY_SCALAR),
    KEY_REQUIRED(FollowKeys, link, KEY_SCALAR),
    KEY(FollowKeys, when, KEY_SCALAR),
    KEY(FollowKeys, set, KEY_MAP),
};

static const LawPlace *read_set(ProcedureReader *r, const YamlNode *node, LawAct *act, LawFollow *follow)
{
    if (!node || !pack_check_count(r->l, node, node->n, PACK_FIELDS_MAX, "fields"))
        return NULL;
    Str *ids = ARENA_ARRAY(r->l->arena, Str, node->n + 1);
    LawExpr *values = ARENA_ARRAY(r->l->arena, LawExpr, node->n + 1);
    LawPlace *places = ARENA_ARRAY(r->l->arena, LawPlace, node->n + 1);
    for (size_t i = 0; i < node->n; i++) {
        const YamlPair *pair = &node->pairs[i];
        if (pair->value->kind != YAML_SCALAR || pair->value->text.n == 0) {
            pack_issue(r->l, pack_at(pair->value), STR_NONE, "'%.*s' must be set to an expression", STR_ARG(pair->key));
            continue;
        }
        ids[follow->n_set] = pair->key;
        places[follow->n_set] = pack_at_key(pair);
        values[follow->n_set++] = procedure_compile(r, pair->value, &act->reads);
    }
    follow->set_ids = ids;
    follow->set_values = values;
    return places;
}

static bool read_follow(ProcedureReader *r, const YamlNode *node, bool is_spawn, LawAct *act, LawFollow *follow)
{
    Loader *l = r->l;
    FollowKeys keys = { 0 };
    bool read = is_spawn ? pack_read_keys(l, node, STR("spawn"), spawn_keys, ARRAY_LEN(spawn_keys), &keys)
                         : pack_read_keys(l, node, STR("signal"), signal_keys, ARRAY_LEN(signal_keys), &keys);
    if (!read || !keys.act || !keys.link || (is_spawn && !keys.procedure))
        return false;
    pack_check_id(l, pack_at(keys.link), keys.link->text, ID_PLAIN);
    *follow = (LawFollow){ .procedure = is_spawn ? keys.procedure->text : STR_NONE,
                           .act = keys.act->text,
                           .link = keys.link->text,
                           .when = procedure_compile(r, keys.when, &act->reads) };
    const LawPlace *set_at = read_set(r, keys.set, act, follow);
    *ARENA_PUSH(l->arena, l->follows, l->n_follows, l->cap_follows) =
        (PackFollow){ .procedure = r->p,
                      .follow = follow,
                      .is_spawn = is_spawn,
                      .at = pack_at(is_spawn ? keys.procedure : keys.link),
                      .act_at = pack_at(keys.act),
                      .set_at = set_at };
    return true;
}

size_t procedure_read_follows(ProcedureReader *r, const YamlNode *node, bool is_spawn, LawAct *act,
                              const LawFollow **ret)
{
    if (!node)
        return 0;
    size_t max = node->kind == YAML_SEQ ? node->n : 1;
    if (!pack_check_count(r->l, node, max, PACK_FOLLOWS_MAX, "entries"))
        return 0;
    LawFollow *follows = ARENA_ARRAY(r->l->arena, LawFollow, max + 1);
    size_t n = 0;
    for (size_t i = 0; i < max; i++) {
        const YamlNode *one = node->kind == YAML_SEQ ? node->items[i] : node;
        if (read_follow(r, one, is_spawn, act, &follows[n]))
            n++;
    }
    *ret = follows;
    return n;
}

/* ---- when all procedures are there ---- */

static const LawFormField *form_field(const LawAct *act, Str id)
{
    for (size_t i = 0; i < act->n_form; i++) {
        if (str_eq(act->form[i].field->id, id))
            return &act->form[i];
    }
    return NULL;
}

static bool is_set(const LawFollow *follow, Str id)
{
    for (size_t i = 0; i < follow->n_set; i++) {
        if (str_eq(follow->set_ids[i], id))
            return true;
    }
    return false;
}

static void check_form(Loader *l, const PackFollow *pending, const LawProcedure *target, const LawAct *act)
{
    const LawFollow *follow = pending->follow;
    for (size_t i = 0; i < follow->n_set; i++) {
        if (form_field(act, follow->set_ids[i]))
            continue;
        Nearest nearest = pack_nearest(follow->set_ids[i]);
        for (size_t k = 0; k < act->n_form; k++)
            pack_nearest_offer(&nearest, act->form[k].field->id);
        pack_issue(l, pending->set_at[i],
                   pack_nearest_hint(l->arena, &nearest, STR("only fields of that act's form can be set")),
                   "the form of %.*s/%.*s has no field '%.*s'", STR_ARG(target->id), STR_ARG(act->id),
                   STR_ARG(follow->set_ids[i]));
    }
    for (size_t i = 0; i < act->n_form; i++) {
        const LawFormField *field = &act->form[i];
        if (field->required && !field->preset.expr && !is_set(follow, field->field->id))
            pack_issue(l, pending->act_at, STR("give it in `set`"), "%.*s/%.*s requires the field '%.*s'",
                       STR_ARG(target->id), STR_ARG(act->id), STR_ARG(field->field->id));
    }
}

static void resolve_spawn(Loader *l, const PackFollow *pending)
{
    const LawFollow *follow = pending->follow;
    const LawProcedure *target = map_get(&l->pack->procedures_by_id, follow->procedure);
    if (!target) {
        Nearest nearest = pack_nearest(follow->procedure);
        for (size_t i = 0; i < l->n_procedures; i++)
            pack_nearest_offer(&nearest, l->procedures[i]->id);
        pack_issue(l, pending->at, pack_nearest_hint(l->arena, &nearest, STR_NONE), "there is no procedure '%.*s'",
                   STR_ARG(follow->procedure));
        return;
    }
    const LawAct *act = law_act(target, follow->act);
    if (act && act->kind == LAW_ACT_OPEN) {
        check_form(l, pending, target, act);
        return;
    }
    Nearest nearest = pack_nearest(follow->act);
    for (size_t i = 0; i < target->n_acts; i++) {
        if (target->acts[i].kind == LAW_ACT_OPEN)
            pack_nearest_offer(&nearest, target->acts[i].id);
    }
    pack_issue(l, pending->act_at, pack_nearest_hint(l->arena, &nearest, STR_NONE),
               "%.*s has no act '%.*s' that opens a matter", STR_ARG(target->id), STR_ARG(follow->act));
}

/* Whether spawns of this kind of link join the two, in either direction; *ret_any: whether any spawn makes such links.
 */
static bool is_spawned(const Loader *l, Str link, const LawProcedure *a, const LawProcedure *b, bool *ret_any)
{
    bool any = false;
    bool joins = false;
    for (size_t i = 0; i < l->n_follows; i++) {
        const PackFollow *f = &l->follows[i];
        if (!f->is_spawn || !str_eq(f->follow->link, link))
            continue;
        any = true;
        joins = joins || (f->procedure == a && str_eq(f->follow->procedure, b->id)) ||
                (f->procedure == b && str_eq(f->follow->procedure, a->id));
    }
    *ret_any = any;
    return joins;
}

/* A link that no spawn makes is made by hand, and may lead anywhere. */
static void resolve_signal(Loader *l, const PackFollow *pending)
{
    bool found = false;
    for (size_t i = 0; i < l->n_procedures; i++) {
        const LawProcedure *target = l->procedures[i];
        const LawAct *act = law_act(target, pending->follow->act);
        if (!act || act->kind == LAW_ACT_OPEN)
            continue;
        bool any = false;
        bool joins = is_spawned(l, pending->follow->link, pending->procedure, target, &any);
        found = found || joins || !any;
        if (joins)
            check_form(l, pending, target, act);
    }
    if (!found)
        pack_issue(l, pending->act_at, STR("see which procedures `spawn` with this link, and their acts"),
                   "no procedure linked by '%.*s' has an act '%.*s'", STR_ARG(pending->follow->link),
                   STR_ARG(pending->follow->act));
}

void pack_resolve_follows(Loader *l)
{
    for (size_t i = 0; i < l->n_follows; i++) {
        if (l->follows[i].is_spawn)
            resolve_spawn(l, &l->follows[i]);
        else
            resolve_signal(l, &l->follows[i]);
    }
}

/* ---- findings: what the engine itself opens ---- */

typedef struct FindingsKeys {
    const YamlNode *procedure;
    const YamlNode *act;
    const YamlNode *close;
    const YamlNode *link;
} FindingsKeys;

static const KeySpec findings_keys[] = {
    KEY_REQUIRED(FindingsKeys, procedure, KEY_SCALAR),
    KEY_REQUIRED(FindingsKeys, act, KEY_SCALAR),
    KEY(FindingsKeys, close, KEY_SCALAR),
    KEY_REQUIRED(FindingsKeys, link, KEY_SCALAR),
};

const LawProcedure *pack_find_procedure(Loader *l, const YamlNode *node)
{
    const LawProcedure *procedure = law_procedure(l->pack, node->text);
    if (!procedure)
        pack_issue(l, pack_at(node), STR_NONE, "there is no procedure '%.*s'", STR_ARG(pack_excerpt(node->text)));
    return procedure;
}

const LawAct *pack_find_act(Loader *l, const LawProcedure *procedure, const YamlNode *node)
{
    const LawAct *act = law_act(procedure, node->text);
    if (act)
        return act;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < procedure->n_acts; i++)
        pack_nearest_offer(&nearest, procedure->acts[i].id);
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR_NONE), "%.*s has no act '%.*s'",
               STR_ARG(procedure->id), STR_ARG(node->text));
    return NULL;
}

static void check_findings_open(Loader *l, const YamlNode *node, const LawAct *open)
{
    static const char *const given[] = { "rule", "say", "basis", "grade", "source_act", "source_entry" };
    if (open->kind != LAW_ACT_OPEN)
        pack_issue(l, pack_at(node), STR_NONE, "act '%.*s' does not open a matter", STR_ARG(open->id));
    for (size_t i = 0; i < open->n_form; i++) {
        const LawFormField *field = &open->form[i];
        bool known = false;
        for (size_t k = 0; k < ARRAY_LEN(given); k++)
            known = known || str_eq_c(field->field->id, given[k]);
        if (field->required && !known && !field->preset.expr)
            pack_issue(l, pack_at(node), STR("the engine gives rule, say, basis, grade, source_act, source_entry"),
                       "act '%.*s' requires the field '%.*s', which the engine cannot give", STR_ARG(open->id),
                       STR_ARG(field->field->id));
    }
}

void pack_resolve_findings(Loader *l)
{
    FindingsKeys keys = { 0 };
    l->path = STR("pack.yaml");
    if (!l->findings ||
        !pack_read_keys(l, l->findings, STR("findings"), findings_keys, ARRAY_LEN(findings_keys), &keys) ||
        !keys.procedure || !keys.act || !keys.link)
        return;
    const LawProcedure *procedure = pack_find_procedure(l, keys.procedure);
    if (!procedure)
        return;
    const LawAct *open = pack_find_act(l, procedure, keys.act);
    LawFindings *findings = ARENA_NEW(l->arena, LawFindings);
    *findings = (LawFindings){ .procedure = procedure,
                               .open = open,
                               .close = keys.close ? pack_find_act(l, procedure, keys.close) : NULL,
                               .link = keys.link->text };
    if (open)
        check_findings_open(l, keys.act, open);
    l->pack->findings = findings;
}
