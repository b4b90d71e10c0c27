#include "app/compare.h"

#include "base/buf.h"

/* ---- texts ---- */

/* Full-width forms have the code points of ASCII shifted by a constant; brackets of any shape are one. */
static uint32_t plain(uint32_t c)
{
    static const struct {
        uint32_t from;
        uint32_t to;
    } brackets[] = { { 0x3014, '(' }, { 0x3015, ')' }, { 0x3010, '(' }, { 0x3011, ')' },
                     { '[', '(' },    { ']', ')' },    { 0x3000, ' ' }, { 0xa0, ' ' } };
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xff01 - 0x21;
    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++)
        if (brackets[i].from == c)
            return brackets[i].to;
    return c;
}

static Str normalise(Arena *arena, Str text, bool is_key)
{
    Buf out;
    buf_init(&out, text.n * 2 + 16);
    for (size_t at = 0; at < text.n;) {
        uint32_t c = plain(str_next(text, &at));
        if (is_key && (c == ' ' || c == '\t'))
            continue;
        if (is_key && c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        buf_code_point(&out, c);
    }
    Str plain_text = str_trim(buf_to_arena(&out, arena));
    buf_free(&out);
    return plain_text;
}

Str compare_key(Arena *arena, Str number)
{
    return normalise(arena, number, true);
}

Str compare_text(Arena *arena, Str text)
{
    return normalise(arena, text, false);
}

/* ---- lists ---- */

typedef struct Comparing {
    Arena *arena;
    const CompareInput *input;
    CompareResult result;
    size_t cap;
    size_t cap_nameless;
    size_t cap_twice;
    Map ours; /* key -> CompareRow */
    Map met;  /* id of ours -> CompareRow of theirs */
} Comparing;

/* The surest number of every matter goes in before any second one. */
static void index_ours(Comparing *c)
{
    for (size_t k = 0; k < COMPARE_NUMBERS_MAX; k++)
        for (size_t i = 0; i < c->input->n_ours; i++) {
            const CompareRow *row = &c->input->ours[i];
            Str key = k < row->n_numbers ? compare_key(c->arena, row->numbers[k]) : STR_NONE;
            if (key.n && !map_get(&c->ours, key))
                map_put(&c->ours, key, (void *)(uintptr_t)row);
        }
}

static uint64_t differing(const Comparing *c, const CompareRow *ours, const CompareRow *theirs)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < c->input->n_fields; i++)
        if (!str_eq(ours->values[i], theirs->values[i]))
            bits |= UINT64_C(1) << i;
    return bits;
}

static void add_pair(Comparing *c, ComparePair pair)
{
    c->result.counts[pair.group]++;
    *ARENA_PUSH(c->arena, c->result.pairs, c->result.n, c->cap) = pair;
}

static bool in_span(const Comparing *c, const CompareRow *row)
{
    return row->day == DAY_NONE || (row->day >= c->input->from && row->day <= c->input->to);
}

static void add_alone(Comparing *c, CompareGroup group, const CompareRow *ours, const CompareRow *theirs)
{
    if (in_span(c, ours ? ours : theirs))
        add_pair(c, (ComparePair){ group, ours, theirs, 0 });
    else
        c->result.n_outside++;
}

static void meet(Comparing *c, const CompareRow *theirs)
{
    Str key = theirs->n_numbers ? compare_key(c->arena, theirs->numbers[0]) : STR_NONE;
    if (!key.n) {
        *ARENA_PUSH(c->arena, c->result.nameless, c->result.n_nameless, c->cap_nameless) = theirs;
        return;
    }
    const CompareRow *ours = map_get(&c->ours, key);
    bool twice = map_put(&c->result.keys, key, (void *)(uintptr_t)theirs) != NULL;
    if (twice || (ours && idmap_get(&c->met, ours->id))) {
        *ARENA_PUSH(c->arena, c->result.twice, c->result.n_twice, c->cap_twice) = theirs;
        return;
    }
    if (!ours) {
        add_alone(c, COMPARE_THEIRS, NULL, theirs);
        return;
    }
    uint64_t fields = differing(c, ours, theirs);
    idmap_put(&c->met, ours->id, (void *)(uintptr_t)theirs);
    add_pair(c, (ComparePair){ fields ? COMPARE_FIELD : COMPARE_SAME, ours, theirs, fields });
}

void compare_lists(Arena *arena, const CompareInput *input, CompareResult *ret)
{
    Comparing c = { .arena = arena, .input = input };
    map_init(&c.ours, arena);
    map_init(&c.met, arena);
    map_init(&c.result.keys, arena);
    index_ours(&c);
    for (size_t i = 0; i < input->n_theirs; i++)
        meet(&c, &input->theirs[i]);
    for (size_t i = 0; i < input->n_ours; i++)
        if (!idmap_get(&c.met, input->ours[i].id))
            add_alone(&c, COMPARE_OURS, &input->ours[i], NULL);
    *ret = c.result;
}
