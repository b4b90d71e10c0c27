/* The words of residents, operators and handlers, from texts.yaml. */
#include <stdlib.h>

#include "app/demo/appeal_internal.h"

static Str fill(Path *p, Str text)
{
    WordPair pairs[] = { { "time", p->a->time }, { "thing", p->a->thing }, { "place", p->a->place } };
    return words_fill(p->d->arena, text, pairs, ARRAY_LEN(pairs));
}

static Str join(Path *p, Str a, Str b)
{
    return arena_printf(p->d->arena, "%.*s%.*s", STR_ARG(a), STR_ARG(b));
}

static bool drawn(Path *p, const char *path)
{
    return chance_unit(&p->chance) * 100 < words_number(p->d->texts, path, 0);
}

/* One slip of the hand: the first of the listed characters that occurs. */
static Str misspell(Path *p, Str text)
{
    const YamlNode *typos = words_at(p->d->texts, "typos");
    size_t n = typos && typos->kind == YAML_MAP ? typos->n : 0;
    size_t start = n ? chance_below(&p->chance, (uint32_t)n) : 0;
    for (size_t i = 0; i < n; i++) {
        const YamlPair *typo = &typos->pairs[(start + i) % n];
        size_t at = str_find(text, typo->key);
        if (at == SIZE_MAX)
            continue;
        Str before = str_slice(text, 0, at);
        Str after = str_slice(text, at + typo->key.n, text.n);
        return arena_printf(p->d->arena, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(typo->value->text), STR_ARG(after));
    }
    return text;
}

static Str style_of(const Path *p)
{
    const YamlNode *node = yaml_get(words_at(p->d->shape, "appeals.style_of_channel"), p->a->channel);
    return node && node->kind == YAML_SCALAR ? node->text : STR("operator");
}

Str appeal_description(Path *p)
{
    Str style = style_of(p);
    const YamlNode *list = yaml_get(p->a->template, style);
    if (!list || list->kind != YAML_SEQ || !list->n)
        return p->a->sub;
    Str text = fill(p, list->items[chance_below(&p->chance, (uint32_t)list->n)]->text);
    if (str_eq_c(style, "operator")) {
        int tails = 0;
        while (tails++ < 3 && drawn(p, "operator_tails.share"))
            text = join(p, text, words_pick(&p->d->words, &p->chance, "operator_tails.texts"));
    }
    if (str_eq_c(style, "mini") && drawn(p, "typo_share"))
        text = misspell(p, text);
    if (str_eq_c(style, "mini") && drawn(p, "shout_share"))
        text = join(p, text, words_pick(&p->d->words, &p->chance, "shout"));
    return text;
}

Str appeal_address(Path *p)
{
    Arena *arena = p->d->arena;
    uint32_t floor = 1 + chance_below(&p->chance, 30);
    uint32_t room = 1 + chance_below(&p->chance, 6);
    WordPair pairs[] = { { "place", p->a->place },
                         { "a", arena_printf(arena, "%u", 1 + chance_below(&p->chance, 28)) },
                         { "b", arena_printf(arena, "%u%02u", floor, room) },
                         { "c", arena_printf(arena, "%u", 1 + chance_below(&p->chance, 4)) } };
    return words_fill(arena, words_pick(&p->d->words, &p->chance, "address"), pairs, ARRAY_LEN(pairs));
}

/* Results by what can be done about such a matter. */
static Str draw_result(Path *p)
{
    static const char *const names[] = { "solved", "explained", "planned", "referred", "unsolved" };
    const Appeal *a = p->a;
    double weights[] = { 74, 14, 4, 5, 3 };
    if (str_eq_c(a->nature, "inquiry") || str_eq_c(a->category, "community"))
        weights[1] = 300;
    if (str_eq_c(a->category, "land") || str_eq_c(a->category, "municipal"))
        weights[2] = 20;
    if (str_eq_c(a->category, "traffic") || str_eq_c(a->category, "other"))
        weights[3] = 25;
    if (str_eq_c(a->category, "presuit"))
        return a->presuit_success ? STR("solved") : STR("unsolved");
    return str_c(names[chance_weighted(&p->chance, weights, ARRAY_LEN(weights))]);
}

/* A reply of that result out of a list of {result, text}. */
static Str draw_reply(Path *p, const char *list_path, Str result)
{
    const YamlNode *list = words_at(p->d->texts, list_path);
    Str found = STR_NONE;
    uint32_t seen = 0;
    for (size_t i = 0; list && list->kind == YAML_SEQ && i < list->n; i++)
        if (str_eq(words_text(list->items[i], "result"), result) && chance_below(&p->chance, ++seen) == 0)
            found = words_text(list->items[i], "text");
    return found;
}

Str appeal_reply(Path *p, Str *ret_result)
{
    Demo *d = p->d;
    Str place = p->a->place;
    *ret_result = draw_result(p);
    Str text = draw_reply(p, drawn(p, "replies.near_copy_share") ? "replies.common" : "replies.more", *ret_result);
    if (!text.n)
        text = draw_reply(p, "replies.common", *ret_result);
    if (drawn(p, "replies.wrong_place_share"))
        place = places_pick(places_community(&d->places, &p->chance), &p->chance, NULL);
    /* One unit is now and then written the other way. */
    WordList spelt = words_list(&d->words, "dirt.unit_spelt_twice");
    Str unit = p->a->unit ? p->a->unit->name : STR_NONE;
    if (spelt.n == 2 && str_eq(unit, spelt.items[0]) && chance_permille(&p->chance, 120))
        unit = spelt.items[1];
    WordPair pairs[] = {
        { "place", place }, { "thing", p->a->thing }, { "unit", unit }, { "date", demo_date(d, p->at) }
    };
    text = words_fill(d->arena, text, pairs, ARRAY_LEN(pairs));
    if (drawn(p, "replies.closings.share"))
        text = join(p, text, words_pick(&d->words, &p->chance, "replies.closings.texts"));
    return text;
}
