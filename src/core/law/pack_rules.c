#include "core/law/pack_private.h"

typedef struct RulesKeys {
    const YamlNode *rules;
} RulesKeys;

static const KeySpec rules_keys[] = { KEY_REQUIRED(RulesKeys, rules, KEY_MAP) };

typedef struct RuleKeys {
    Str title;
    const YamlNode *applies;
    const YamlNode *check;
    const YamlNode *got;
    const YamlNode *effect;
    const YamlNode *basis;
    Str say;
    Str cure;
    Str field;
    Str source;
    Str note;
} RuleKeys;

static const KeySpec rule_keys[] = {
    KEY_REQUIRED(RuleKeys, title, KEY_TEXT),
    KEY_REQUIRED(RuleKeys, applies, KEY_SCALAR),
    KEY_REQUIRED(RuleKeys, check, KEY_SCALAR),
    KEY(RuleKeys, got, KEY_SCALAR),
    KEY_REQUIRED(RuleKeys, effect, KEY_SCALAR),
    KEY_REQUIRED(RuleKeys, basis, KEY_SCALAR),
    KEY_REQUIRED(RuleKeys, say, KEY_TEXT),
    KEY_REQUIRED(RuleKeys, cure, KEY_TEXT),
    KEY(RuleKeys, field, KEY_TEXT),
    KEY(RuleKeys, source, KEY_TEXT),
    KEY(RuleKeys, note, KEY_TEXT),
};

static LawEffect read_effect(Loader *l, const YamlNode *node)
{
    static const char *const words[] = { [LAW_RECORD] = "record", [LAW_WARN] = "warn", [LAW_BLOCK] = "block" };
    if (!node)
        return LAW_RECORD;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq_c(node->text, words[i]))
            return (LawEffect)i;
        pack_nearest_offer(&nearest, str_c(words[i]));
    }
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("write block, warn or record")),
               "'%.*s' is not an effect", STR_ARG(node->text));
    return LAW_RECORD;
}

static Str text_of(const YamlNode *node)
{
    return node ? node->text : STR_NONE;
}

static void read_rule(Loader *l, const YamlPair *pair)
{
    RuleKeys keys = { 0 };
    Str what = pack_printf(l, "rule '%.*s'", STR_ARG(pair->key));
    bool good = pack_check_id(l, pack_at_key(pair), pair->key, ID_PLAIN);
    if (!pack_read_keys(l, pair->value, what, rule_keys, ARRAY_LEN(rule_keys), &keys) || !good)
        return;
    PackRule *rule = ARENA_NEW(l->arena, PackRule);
    *rule = (PackRule){ .applies = keys.applies, .check = keys.check, .got = keys.got };
    rule->rule = (LawRule){ .id = pair->key,
                            .title = keys.title,
                            .applies_text = text_of(keys.applies),
                            .check_text = text_of(keys.check),
                            .got_text = text_of(keys.got),
                            .effect = read_effect(l, keys.effect),
                            .say = keys.say,
                            .cure = keys.cure,
                            .field = keys.field,
                            .source = keys.source,
                            .note = keys.note,
                            .at = pack_at_key(pair) };
    pack_read_basis(l, keys.basis, keys.note, &rule->rule.basis);
    const PackRule *other = map_put(&l->pack->rules_by_id, pair->key, rule);
    if (other)
        pack_issue(l, pack_at_key(pair), STR("choose another id"), "rule '%.*s' stands in %.*s:%d already",
                   STR_ARG(pair->key), STR_ARG(other->rule.at.path), other->rule.at.line);
    *ARENA_PUSH(l->arena, l->rules, l->n_rules, l->cap_rules) = rule;
}

void pack_read_rules(Loader *l, const LawFile *file)
{
    const YamlNode *root = pack_parse(l, file);
    RulesKeys keys = { 0 };
    if (!root || !pack_read_keys(l, root, STR("a file of rules"), rules_keys, ARRAY_LEN(rules_keys), &keys) ||
        !keys.rules || !pack_check_count(l, keys.rules, l->n_rules + keys.rules->n, PACK_RULES_MAX, "rules"))
        return;
    for (size_t i = 0; i < keys.rules->n; i++)
        read_rule(l, &keys.rules->pairs[i]);
}

PackRule *pack_find_rule(Loader *l, const YamlNode *node)
{
    PackRule *rule = map_get(&l->pack->rules_by_id, node->text);
    if (rule)
        return rule;
    Nearest nearest = pack_nearest(node->text);
    for (size_t i = 0; i < l->n_rules; i++)
        pack_nearest_offer(&nearest, l->rules[i]->rule.id);
    pack_issue(l, pack_at(node), pack_nearest_hint(l->arena, &nearest, STR("add it to a file in rules/")),
               "there is no rule '%.*s'", STR_ARG(node->text));
    return NULL;
}
