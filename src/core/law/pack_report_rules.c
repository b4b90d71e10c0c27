/* What a report must be: `requires`, `claims`, `comparatives`, `numbers` and `bridges` of reports/NAME.yaml. */
#include "core/law/pack_reports.h"

const char *const law_op_signs[] = { ">", ">=", "=", "<=", "<" };

typedef struct Reading {
    Loader *l;
    const LawReport *report;
} Reading;

static size_t count_of(Loader *l, const YamlNode *list, const char *what)
{
    return list && pack_check_count(l, list, list->n, PACK_LIST_MAX, what) ? list->n : 0;
}

/* ---- comparisons ---- */

typedef struct ConditionKeys {
    const YamlNode *left;
    const YamlNode *op;
    const YamlNode *right;
} ConditionKeys;

static bool read_side(const Reading *r, const YamlNode *node, LawSide *ret)
{
    if (!node)
        return false;
    *ret = (LawSide){ .shown = str_eq(node->text, STR("shown")) };
    if (ret->shown || str_to_i64(node->text, &ret->number))
        return true;
    ret->figure = pack_report_figure(r->l, r->report, node->text, pack_at(node));
    return ret->figure != NULL;
}

static LawOp read_op(Loader *l, const YamlNode *node)
{
    for (LawOp op = LAW_OP_GREATER; node && op <= LAW_OP_LESS; op++)
        if (str_eq_c(node->text, law_op_signs[op]))
            return op;
    if (node)
        pack_issue(l, pack_at(node), STR("write '>', '>=', '=', '<=' or '<'"), "'%.*s' compares nothing",
                   STR_ARG(pack_excerpt(node->text)));
    return LAW_OP_EQUAL;
}

static LawCondition read_condition(const Reading *r, const ConditionKeys *keys)
{
    LawCondition condition = { .op = read_op(r->l, keys->op) };
    if (read_side(r, keys->left, &condition.left) && !condition.left.figure)
        pack_issue(r->l, pack_at(keys->left), STR("put the number on the right"), "a claim is about a figure");
    read_side(r, keys->right, &condition.right);
    return condition;
}

/* ---- claims ---- */

typedef struct OfferKeys {
    const YamlNode *text;
    Str note;
    ConditionKeys when;
} OfferKeys;

static const KeySpec offer_keys[] = {
    KEY_REQUIRED(OfferKeys, text, KEY_SCALAR),
    KEY(OfferKeys, note, KEY_TEXT),
    { "left", KEY_SCALAR, true, offsetof(OfferKeys, when.left) },
    { "op", KEY_SCALAR, true, offsetof(OfferKeys, when.op) },
    { "right", KEY_SCALAR, true, offsetof(OfferKeys, when.right) },
};

typedef struct ClaimKeys {
    const YamlNode *id;
    const YamlNode *text;
    ConditionKeys holds;
    const YamlNode *offers;
} ClaimKeys;

static const KeySpec claim_keys[] = {
    KEY_REQUIRED(ClaimKeys, id, KEY_SCALAR),
    KEY_REQUIRED(ClaimKeys, text, KEY_SCALAR),
    { "left", KEY_SCALAR, true, offsetof(ClaimKeys, holds.left) },
    { "op", KEY_SCALAR, true, offsetof(ClaimKeys, holds.op) },
    { "right", KEY_SCALAR, true, offsetof(ClaimKeys, holds.right) },
    KEY(ClaimKeys, offers, KEY_LIST),
};

static void read_offers(const Reading *r, const YamlNode *list, LawClaim *claim)
{
    size_t n = count_of(r->l, list, "offers");
    LawOffer *offers = ARENA_ARRAY(r->l->arena, LawOffer, n + 1);
    for (size_t i = 0; i < n; i++) {
        OfferKeys keys = { 0 };
        if (!pack_read_keys(r->l, list->items[i], STR("an offer"), offer_keys, ARRAY_LEN(offer_keys), &keys) ||
            !keys.text)
            continue;
        pack_check_holes(r->l, r->report, keys.text);
        offers[claim->n_offers++] =
            (LawOffer){ .text = keys.text->text, .note = keys.note, .when = read_condition(r, &keys.when) };
    }
    claim->offers = offers;
}

static void read_claims(const Reading *r, const YamlNode *list, LawReportRules *rules)
{
    size_t n = count_of(r->l, list, "claims");
    LawClaim *claims = ARENA_ARRAY(r->l->arena, LawClaim, n + 1);
    for (size_t i = 0; i < n; i++) {
        ClaimKeys keys = { 0 };
        if (!pack_read_keys(r->l, list->items[i], STR("a claim"), claim_keys, ARRAY_LEN(claim_keys), &keys) ||
            !keys.id || !keys.text)
            continue;
        pack_check_id(r->l, pack_at(keys.id), keys.id->text, ID_PLAIN);
        pack_check_holes(r->l, r->report, keys.text);
        if (r->report->text.n && str_find(r->report->text, keys.text->text) == SIZE_MAX)
            pack_issue(r->l, pack_at(keys.text), STR("copy the words from the text, holes and all"),
                       "the text does not say what claim '%.*s' is about", STR_ARG(keys.id->text));
        LawClaim *claim = &claims[rules->n_claims++];
        *claim = (LawClaim){ .id = keys.id->text, .text = keys.text->text, .holds = read_condition(r, &keys.holds) };
        read_offers(r, keys.offers, claim);
    }
    rules->claims = claims;
}

/* ---- parts and plain numbers: two texts each ---- */

typedef struct PairKeys {
    Str first;
    Str second;
} PairKeys;

static const KeySpec required_keys[] = { { "part", KEY_TEXT, true, offsetof(PairKeys, first) },
                                         { "heading", KEY_TEXT, true, offsetof(PairKeys, second) } };
static const KeySpec number_keys[] = { { "text", KEY_TEXT, true, offsetof(PairKeys, first) },
                                       { "reason", KEY_TEXT, true, offsetof(PairKeys, second) } };

static void read_required(const Reading *r, const YamlNode *list, LawReportRules *rules)
{
    size_t n = count_of(r->l, list, "required parts");
    LawRequired *required = ARENA_ARRAY(r->l->arena, LawRequired, n + 1);
    for (size_t i = 0; i < n; i++) {
        PairKeys keys = { 0 };
        if (pack_read_keys(r->l, list->items[i], STR("a required part"), required_keys, 2, &keys))
            required[rules->n_required++] = (LawRequired){ keys.first, keys.second };
    }
    rules->required = required;
}

static void read_numbers(const Reading *r, const YamlNode *list, LawReportRules *rules)
{
    size_t n = count_of(r->l, list, "numbers");
    LawPlainNumber *numbers = ARENA_ARRAY(r->l->arena, LawPlainNumber, n + 1);
    for (size_t i = 0; i < n; i++) {
        PairKeys keys = { 0 };
        if (pack_read_keys(r->l, list->items[i], STR("a number"), number_keys, 2, &keys))
            numbers[rules->n_numbers++] = (LawPlainNumber){ keys.first, keys.second };
    }
    rules->numbers = numbers;
}

static void read_comparatives(const Reading *r, const YamlNode *list, LawReportRules *rules)
{
    const YamlNode **items;
    size_t n = pack_read_list(r->l, list, STR("a word"), &items);
    Str *words = ARENA_ARRAY(r->l->arena, Str, n + 1);
    for (size_t i = 0; i < n; i++)
        words[rules->n_comparatives++] = items[i]->text;
    rules->comparatives = words;
}

/* ---- bridges ---- */

typedef struct BridgeKeys {
    const YamlNode *id;
    Str title;
    Str note;
    const YamlNode *from;
    const YamlNode *to;
    const YamlNode *add;
    const YamlNode *subtract;
} BridgeKeys;

static const KeySpec bridge_keys[] = {
    KEY_REQUIRED(BridgeKeys, id, KEY_SCALAR), KEY_REQUIRED(BridgeKeys, title, KEY_TEXT),
    KEY(BridgeKeys, note, KEY_TEXT),          KEY_REQUIRED(BridgeKeys, from, KEY_SCALAR),
    KEY_REQUIRED(BridgeKeys, to, KEY_SCALAR), KEY(BridgeKeys, add, KEY_LIST),
    KEY(BridgeKeys, subtract, KEY_LIST),
};

/* Only counts of whole things can be added up. */
static const LawReportFigure *read_part(const Reading *r, const YamlNode *node)
{
    const LawReportFigure *figure = node ? pack_report_figure(r->l, r->report, node->text, pack_at(node)) : NULL;
    if (figure && figure->figure->count == LAW_COUNT_RATIO)
        pack_issue(r->l, pack_at(node), STR("name counts"), "a ratio cannot be added to anything");
    return figure;
}

static size_t read_parts(const Reading *r, const YamlNode *list, const LawReportFigure ***ret)
{
    const YamlNode **items;
    size_t n = pack_read_list(r->l, list, STR("a figure"), &items);
    size_t kept = 0;
    *ret = ARENA_ARRAY(r->l->arena, const LawReportFigure *, n + 1);
    for (size_t i = 0; i < n; i++) {
        (*ret)[kept] = read_part(r, items[i]);
        kept += (*ret)[kept] != NULL;
    }
    return kept;
}

static void read_bridges(const Reading *r, const YamlNode *list, LawReportRules *rules)
{
    size_t n = count_of(r->l, list, "bridges");
    LawBridge *bridges = ARENA_ARRAY(r->l->arena, LawBridge, n + 1);
    for (size_t i = 0; i < n; i++) {
        BridgeKeys keys = { 0 };
        if (!pack_read_keys(r->l, list->items[i], STR("a bridge"), bridge_keys, ARRAY_LEN(bridge_keys), &keys))
            continue;
        LawBridge bridge = { .title = keys.title, .note = keys.note };
        bridge.id = keys.id ? keys.id->text : STR_NONE;
        bridge.from = read_part(r, keys.from);
        bridge.to = read_part(r, keys.to);
        bridge.n_add = read_parts(r, keys.add, &bridge.add);
        bridge.n_subtract = read_parts(r, keys.subtract, &bridge.subtract);
        if (bridge.from && bridge.to)
            bridges[rules->n_bridges++] = bridge;
    }
    rules->bridges = bridges;
}

const LawReportRules *pack_read_report_rules(Loader *l, const LawReport *report, const PackReportLists *lists)
{
    LawReportRules *rules = ARENA_NEW(l->arena, LawReportRules);
    Reading r = { l, report };
    *rules = (LawReportRules){ 0 };
    read_required(&r, lists->requires, rules);
    read_claims(&r, lists->claims, rules);
    read_comparatives(&r, lists->comparatives, rules);
    read_numbers(&r, lists->numbers, rules);
    read_bridges(&r, lists->bridges, rules);
    return rules;
}
